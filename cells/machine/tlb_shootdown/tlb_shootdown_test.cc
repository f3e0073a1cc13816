// Every thread is a core. An NMI is what the local APIC's registers hold: one thread plays the wire, and another core's
// thread takes it when it looks.
#include "cells/machine/tlb_shootdown/tlb_shootdown.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"

namespace
{

uint32_t &Register(size_t offset)
{
	return *static_cast<uint32_t *>(page_table_host_physical({0xFEE00000 + offset}, 4));
}

bool NmiSentTo(uint32_t apic_id)
{
	return __atomic_load_n(&Register(0x300), __ATOMIC_SEQ_CST) == 0x4400 && Register(0x310) == apic_id << 24;
}

void RaiseNmi()
{
	struct interrupt_frame frame = {};
	frame.vector = INTERRUPT_TABLE_NMI;
	interrupt_table_host_raise(&frame);
}

void Join(size_t index)
{
	core_local_install(index);
	Register(0x20) = uint32_t(index * 2) << 24;
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	tlb_shootdown_join();
	core_local_stay_unlock(&stay);
}

class TlbShootdown : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		static const struct frame_region usable = {{0x100000}, 8 << 20};
		ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
		processor_host()->features.edx = 1 << 9;
		struct diagnosis why = {};
		ASSERT_EQ(local_apic_start(&why), STATUS_OK) << why.message;
		interrupt_vector_start();
		core_local_install(0);
		tlb_shootdown_start();
	}

	void SetUp() override
	{
		core_local_install(0);
		Register(0x300) = 0;
	}
};

// In this order: cores do not leave.
TEST_F(TlbShootdown, OneCoreAsksNobody)
{
	tlb_shootdown_run(0x1000, 1);
	EXPECT_EQ(Register(0x300), 0u) << "no message was sent";
	EXPECT_THROW(RaiseNmi(), std::runtime_error) << "nobody has asked";
}

TEST_F(TlbShootdown, WhoJoinsForgetsWhatItKnew)
{
	std::thread([] {
		processor_host()->cr3 = 0x5000;
		Join(1);
		EXPECT_TRUE(processor_interrupts_enabled());
	}).join();
}

TEST_F(TlbShootdown, TheAskingCoreWaitsForTheAnswer)
{
	std::atomic<bool> returned = false;
	std::thread asking([&] {
		core_local_install(0);
		tlb_shootdown_run(0x7000, 3);
		returned = true;
	});
	while (!NmiSentTo(2))
		std::this_thread::yield();
	EXPECT_TRUE(tlb_shootdown_is_asked(1));
	std::this_thread::sleep_for(std::chrono::milliseconds(20)); // only a wrong one comes back meanwhile
	EXPECT_FALSE(returned);
	uint64_t before = tlb_shootdown_count(1);
	std::thread([] {
		core_local_install(1);
		processor_host_reset();
		core_local_install(1);
		RaiseNmi();
		EXPECT_EQ(processor_host()->invalidated_pages, 3u);
		EXPECT_EQ(processor_host()->last_invalidated_page, 0x9000u);
	}).join();
	asking.join();
	EXPECT_TRUE(returned);
	EXPECT_FALSE(tlb_shootdown_is_asked(1));
	EXPECT_EQ(tlb_shootdown_count(1), before + 1);
}

TEST_F(TlbShootdown, ManyPagesAreForgottenAtOnce)
{
	for (size_t count : {size_t{0}, size_t{65}, size_t{100000}}) {
		Register(0x300) = 0;
		std::thread asking([&] {
			core_local_install(0);
			tlb_shootdown_run(0x7000, count);
		});
		while (!NmiSentTo(2))
			std::this_thread::yield();
		std::thread([] {
			core_local_install(1);
			RaiseNmi();
			EXPECT_EQ(processor_host()->invalidated_pages, 0u);
		}).join();
		asking.join();
	}
}

TEST_F(TlbShootdown, TwoThatAskOneAtATimeAreAnsweredByOneLook)
{
	std::thread([] { Join(2); }).join();
	std::atomic<int> returned = 0;
	auto ask = [&](size_t core) {
		core_local_install(core);
		tlb_shootdown_run(0x7000, 1);
		returned++;
	};
	// Cores 0 and 2 ask core 1 and each other.
	std::thread first(ask, 0);
	while (!tlb_shootdown_is_asked(1) || !tlb_shootdown_is_asked(2))
		std::this_thread::yield();
	std::thread second(ask, 2);
	while (!tlb_shootdown_is_asked(0))
		std::this_thread::yield();
	EXPECT_EQ(returned, 0);
	for (size_t core : {0, 1, 2})
		std::thread([core] {
			core_local_install(core);
			RaiseNmi();
			EXPECT_THROW(RaiseNmi(), std::runtime_error) << "the mailbox is empty";
		}).join();
	first.join();
	second.join();
	EXPECT_EQ(returned, 2);
}

} // namespace
