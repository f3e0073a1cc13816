#include "cells/machine/interrupt_vector/interrupt_vector.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/page_table/page_table.h"

namespace
{

std::vector<std::string> events;

uint32_t &EndOfInterrupt()
{
	return *static_cast<uint32_t *>(page_table_host_physical({0xFEE000B0}, 4));
}

void Handle(struct interrupt_frame *frame)
{
	events.push_back("handler " + std::to_string(frame->vector) + (EndOfInterrupt() == 0 ? " ended" : ""));
	EXPECT_FALSE(processor_interrupts_enabled());
}

void Tail(struct interrupt_frame *frame)
{
	events.push_back("tail");
	frame->rip++;
}

// As a processor does: with interrupts off.
void RaiseFrame(struct interrupt_frame *frame)
{
	bool enabled = processor_interrupts_enabled();
	processor_disable_interrupts();
	interrupt_table_host_raise(frame);
	if (enabled)
		processor_enable_interrupts();
}

void Raise(unsigned vector)
{
	struct interrupt_frame frame = {};
	frame.vector = vector;
	EndOfInterrupt() = 0x55;
	RaiseFrame(&frame);
}

class InterruptVector : public testing::Test
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
	}

	void SetUp() override
	{
		events.clear();
	}
};

unsigned GateType(unsigned vector)
{
	return bytes_at(interrupt_table_gates(), vector * 16 + 5);
}

TEST_F(InterruptVector, EveryVectorHasAGate)
{
	for (unsigned vector = 32; vector < 256; vector++)
		EXPECT_EQ(GateType(vector), 0x8Eu) << vector;
}

TEST_F(InterruptVector, AClaimedOneComesToItsHandlerWithItsEndTold)
{
	struct interrupt_vector vector = {};
	ASSERT_EQ(interrupt_vector_claim(&vector, Handle, "test"), STATUS_OK);
	unsigned number = interrupt_vector_number(&vector);
	EXPECT_GE(number, 48u);
	uint64_t before = interrupt_vector_count(0);
	Raise(number);
	EXPECT_EQ(events, std::vector<std::string>{"handler " + std::to_string(number) + " ended"});
	EXPECT_EQ(interrupt_vector_count(0), before + 1);
	interrupt_vector_drop(&vector);
	Raise(number);
	EXPECT_EQ(events.size(), 1u) << "given back, it comes to nobody";
}

TEST_F(InterruptVector, TheTailIsLast)
{
	struct interrupt_vector vector = {};
	ASSERT_EQ(interrupt_vector_claim(&vector, Handle, "test"), STATUS_OK);
	interrupt_vector_set_tail(Tail, "test");
	struct interrupt_frame frame = {};
	frame.vector = interrupt_vector_number(&vector);
	RaiseFrame(&frame);
	ASSERT_EQ(events.size(), 2u);
	EXPECT_EQ(events[1], "tail");
	EXPECT_EQ(frame.rip, 1u);
	interrupt_vector_set_tail(nullptr, "");
	Raise(interrupt_vector_number(&vector));
	EXPECT_EQ(events.size(), 3u);
	interrupt_vector_drop(&vector);
}

TEST_F(InterruptVector, EachIsClaimedOnceUntilNoneIsLeft)
{
	std::vector<struct interrupt_vector> all;
	std::vector<bool> seen(256);
	for (;;) {
		struct interrupt_vector vector = {};
		if (interrupt_vector_claim(&vector, Handle, "test"))
			break;
		unsigned number = interrupt_vector_number(&vector);
		EXPECT_FALSE(seen[number]);
		seen[number] = true;
		all.push_back(vector);
	}
	EXPECT_EQ(all.size(), 255u - 48);
	EXPECT_FALSE(seen[255]);
	for (auto &vector : all)
		interrupt_vector_drop(&vector);
	struct interrupt_vector vector = {};
	EXPECT_EQ(interrupt_vector_claim(&vector, Handle, "test"), STATUS_OK);
	interrupt_vector_drop(&vector);
}

TEST_F(InterruptVector, TheSpuriousOneHasNoEnd)
{
	Raise(LOCAL_APIC_SPURIOUS_VECTOR);
	EXPECT_EQ(EndOfInterrupt(), 0x55u);
	Raise(40); // what an old controller may still raise
	EXPECT_EQ(EndOfInterrupt(), 0u);
}

TEST_F(InterruptVector, CoresCountTheirOwn)
{
	uint64_t first = interrupt_vector_count(0);
	core_local_install(3);
	Raise(100);
	Raise(100);
	core_local_install(0);
	EXPECT_EQ(interrupt_vector_count(3), 2u);
	EXPECT_EQ(interrupt_vector_count(0), first);
	EXPECT_THROW(interrupt_vector_count(CORE_LOCAL_CORES), std::runtime_error);
}

TEST_F(InterruptVector, AnExpectedNmiIsNoCrash)
{
	uint64_t before = interrupt_vector_count(0);
	interrupt_vector_set_nmi_handler([] { return true; }, "test");
	Raise(INTERRUPT_TABLE_NMI);
	EXPECT_EQ(interrupt_vector_count(0), before);
	EXPECT_EQ(EndOfInterrupt(), 0x55u) << "the APIC knows nothing of it";
	interrupt_vector_set_nmi_handler([] { return false; }, "test");
	EXPECT_THROW(Raise(INTERRUPT_TABLE_NMI), std::runtime_error);
	interrupt_vector_set_nmi_handler(nullptr, "");
	EXPECT_THROW(Raise(INTERRUPT_TABLE_NMI), std::runtime_error);
}

} // namespace
