#include "cells/unwind/thread_kill/thread_kill.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/unwind/landing/landing.h"

namespace
{

enum { FLAG_STEP = 1 << 8, FLAG_INTERRUPTS = 1 << 9 };

const unsigned char kill_point[] = {0x0F, 0x1F, 0x80, 0x4B, 0x50, 0x21, 0x21};
const unsigned char almost[] = {0x0F, 0x1F, 0x80, 0x4B, 0x50, 0x21, 0x22};

unsigned observed;

class ThreadKill : public testing::Test
{
      protected:
	void SetUp() override
	{
		processor_host_reset();
		ASSERT_EQ(thread_kill_start(), STATUS_OK);
		frame_.vector = INTERRUPT_TABLE_DEBUG;
		frame_.rip = (uint64_t)(uintptr_t)kill_point;
		frame_.rflags = FLAG_INTERRUPTS;
		thread_current()->kill_requested = 0;
		thread_current()->ledger.kill_holds = 0;
	}

	void TearDown() override
	{
		thread_kill_stop();
	}

	struct interrupt_frame frame_ = {};
};

TEST_F(ThreadKill, AThreadMayBeKilledAtAKillPointAlone)
{
	EXPECT_TRUE(thread_kill_is_possible(&frame_));
	frame_.rip = (uint64_t)(uintptr_t)almost;
	EXPECT_FALSE(thread_kill_is_possible(&frame_));
}

TEST_F(ThreadKill, InterruptsOffHoldsAndPreemptionHeldPutItOff)
{
	frame_.rflags = 0;
	EXPECT_FALSE(thread_kill_is_possible(&frame_));
	frame_.rflags = FLAG_INTERRUPTS;
	thread_current()->ledger.kill_holds = 1;
	EXPECT_FALSE(thread_kill_is_possible(&frame_));
	thread_current()->ledger.kill_holds = 0;
	core_local_hold_preemption();
	EXPECT_FALSE(thread_kill_is_possible(&frame_));
	core_local_release_preemption();
	EXPECT_TRUE(thread_kill_is_possible(&frame_));
}

TEST_F(ThreadKill, WhoIsAskedToEndGoesOnStepByStep)
{
	frame_.rip = (uint64_t)(uintptr_t)almost;
	EXPECT_FALSE(thread_kill_is_requested(thread_current()));
	thread_kill_request(thread_current());
	EXPECT_TRUE(thread_kill_is_requested(thread_current()));
	thread_seek_kill_point(&frame_);
	EXPECT_TRUE(frame_.rflags & FLAG_STEP);
	frame_.rflags &= ~(uint64_t)FLAG_STEP;
	interrupt_table_host_raise(&frame_);
	EXPECT_TRUE(frame_.rflags & FLAG_STEP) << "and further on";
	thread_seek_kill_point(nullptr); // gives way by itself: there is no frame
}

TEST_F(ThreadKill, AStepOfAThreadThatNobodyWantsToEndIsTheLast)
{
	frame_.rflags |= FLAG_STEP;
	interrupt_table_host_raise(&frame_);
	EXPECT_FALSE(frame_.rflags & FLAG_STEP);
}

TEST_F(ThreadKill, WhoHasNowhereToArriveGoesOn)
{
	thread_kill_request(thread_current());
	interrupt_table_host_raise(&frame_);
	EXPECT_FALSE(frame_.rflags & FLAG_STEP);
	EXPECT_FALSE(thread_kill_is_requested(thread_current()));
}

TEST_F(ThreadKill, AnObserverSeesEveryStepFirst)
{
	observed = 0;
	thread_kill_observe([](struct interrupt_frame *interrupted) {
		interrupted->rflags |= FLAG_STEP;
		observed++;
	});
	interrupt_table_host_raise(&frame_);
	EXPECT_EQ(observed, 1u);
	EXPECT_TRUE(frame_.rflags & FLAG_STEP);
	thread_kill_observe(nullptr);
}

TEST_F(ThreadKill, OtherExceptionsAreReported)
{
	frame_.vector = INTERRUPT_TABLE_DIVIDE_ERROR;
	EXPECT_THROW(interrupt_table_host_raise(&frame_), std::runtime_error);
}

} // namespace
