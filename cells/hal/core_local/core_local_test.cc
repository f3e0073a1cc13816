#include "cells/hal/core_local/core_local.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "cells/hal/processor/processor.h"

namespace
{

class CoreLocal : public testing::Test
{
      protected:
	void SetUp() override
	{
		processor_host_reset();
	}
};

TEST_F(CoreLocal, TheBlockSaysTheIndex)
{
	EXPECT_EQ(core_local_index(), 0u);
	core_local_install(5);
	EXPECT_EQ(core_local_index(), 5u);
	const auto *block = reinterpret_cast<const struct core_local *>(processor_read_msr(PROCESSOR_MSR_GS_BASE));
	EXPECT_EQ(block->index, 5u);
	core_local_install(CORE_LOCAL_CORES - 1);
	EXPECT_EQ(core_local_index(), CORE_LOCAL_CORES - 1u);
	EXPECT_EQ(block->index, 5u) << "each core has its own";
}

TEST_F(CoreLocal, ACoreTooManyPanics)
{
	core_local_install(2);
	EXPECT_THROW(core_local_install(CORE_LOCAL_CORES), std::runtime_error);
	EXPECT_EQ(core_local_index(), 2u);
}

TEST_F(CoreLocal, EveryThreadIsACore)
{
	core_local_install(1);
	std::vector<std::thread> threads;
	std::vector<size_t> seen(8);
	for (size_t i = 0; i < seen.size(); i++)
		threads.emplace_back([i, &seen] {
			core_local_install(10 + i);
			seen[i] = core_local_index();
		});
	for (auto &thread : threads)
		thread.join();
	for (size_t i = 0; i < seen.size(); i++)
		EXPECT_EQ(seen[i], 10 + i);
	EXPECT_EQ(core_local_index(), 1u);
}

TEST_F(CoreLocal, EachCoreHasItsThreadAndItsHolds)
{
	core_local_install(3);
	auto *thread = reinterpret_cast<struct thread *>(0x1000);
	core_local_set_thread(thread);
	core_local_hold_preemption();
	core_local_hold_preemption();
	core_local_release_preemption();
	EXPECT_EQ(core_local_thread(), thread);
	EXPECT_EQ(core_local_preemption_holds(), 1u);
	core_local_set_reschedule(true);
	core_local_install(4);
	EXPECT_FALSE(core_local_reschedule());
	EXPECT_EQ(core_local_thread(), nullptr);
	EXPECT_EQ(core_local_preemption_holds(), 0u);
	core_local_install(3);
	EXPECT_EQ(core_local_thread(), thread);
	EXPECT_TRUE(core_local_reschedule());
	core_local_set_reschedule(false);
	EXPECT_FALSE(core_local_reschedule());
	core_local_release_preemption();
	EXPECT_EQ(core_local_preemption_holds(), 0u);
}

TEST_F(CoreLocal, NothingInterruptsAStay)
{
	struct core_local_stay outer, inner;
	core_local_stay_lock(&outer);
	EXPECT_FALSE(processor_interrupts_enabled());
	core_local_stay_lock(&inner);
	core_local_stay_unlock(&inner);
	EXPECT_FALSE(processor_interrupts_enabled()) << "the outer one still lasts";
	core_local_stay_unlock(&outer);
	EXPECT_TRUE(processor_interrupts_enabled());
	processor_disable_interrupts();
	core_local_stay_lock(&outer);
	core_local_stay_unlock(&outer);
	EXPECT_FALSE(processor_interrupts_enabled()) << "they were off before";
}

TEST_F(CoreLocal, AStayWhereInterruptsAreOn)
{
	struct core_local_stay stay;
	core_local_stay_lock_enabled(&stay);
	EXPECT_FALSE(processor_interrupts_enabled());
	core_local_stay_unlock_enabled(&stay);
	EXPECT_TRUE(processor_interrupts_enabled());
}

} // namespace
