#include "cells/sync/thread/thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

namespace
{

class Thread : public testing::Test
{
      protected:
	void SetUp() override
	{
		thread_start_boot();
	}
	void TearDown() override
	{
		thread_set_operations(nullptr, "");
	}
};

TEST_F(Thread, EveryOneHasItsOwn)
{
	struct thread *mine = thread_current();
	ASSERT_NE(mine, nullptr);
	EXPECT_EQ(thread_current(), mine);
	std::thread([mine] { EXPECT_NE(thread_current(), mine); }).join();
	EXPECT_STREQ(thread_name(mine), "boot");
	mine->name = "first";
	EXPECT_STREQ(thread_name(mine), "first");
	EXPECT_STREQ(thread_name(nullptr), "boot");
}

TEST_F(Thread, AWakeBetweenPrepareAndBlockIsNotLost)
{
	thread_prepare_to_block();
	EXPECT_EQ(thread_current()->waiting, THREAD_PREPARED);
	thread_wake(thread_current());
	thread_block(); // would never return
	EXPECT_EQ(thread_current()->waiting, THREAD_AWAKE);
}

TEST_F(Thread, ACancelledBlockIsNone)
{
	thread_prepare_to_block();
	thread_cancel_block();
	EXPECT_EQ(thread_current()->waiting, THREAD_AWAKE);
}

TEST_F(Thread, TheDeadlineEndsABlock)
{
	thread_prepare_to_block();
	EXPECT_FALSE(thread_block_until(1));
	EXPECT_EQ(thread_current()->waiting, THREAD_AWAKE);
	thread_prepare_to_block();
	thread_wake(thread_current());
	EXPECT_TRUE(thread_block_until(1)) << "the wake was first";
}

// Two threads hand a number to and fro; each wake-up that were lost would hang it.
TEST_F(Thread, PingPongLosesNoWakeUp)
{
	constexpr unsigned kRounds = 20000;
	std::atomic<unsigned> turn = 0;
	std::atomic<struct thread *> threads[2] = {};
	auto play = [&](unsigned me) {
		threads[me] = thread_current();
		while (!threads[1 - me]) {
		}
		for (unsigned i = 0; i < kRounds; i++) {
			for (;;) {
				thread_prepare_to_block();
				if (turn % 2 == me) {
					thread_cancel_block();
					break;
				}
				thread_block();
			}
			turn++;
			thread_wake(threads[1 - me]);
		}
		while (turn < 2 * kRounds) { // the other one may still wake this one
		}
	};
	std::thread other(play, 1);
	play(0);
	other.join();
	EXPECT_EQ(turn, 2 * kRounds);
}

struct thread *told = nullptr;
unsigned reschedules = 0;

TEST_F(Thread, TheSchedulerDoesTheWork)
{
	static const struct thread_operations operations = {
		.block =
			[](struct thread *self) {
				self->waiting = THREAD_AWAKE;
				self->timed_out = self->timer.nanoseconds == 7;
			},
		.wake = [](struct thread *thread) { told = thread; },
		.reschedule = [] { reschedules++; },
		.set_priority = [](struct thread *thread, uint8_t priority) { thread->priority = priority; },
	};
	thread_reschedule();
	EXPECT_EQ(reschedules, 0u);
	thread_set_operations(&operations, "thread_test");
	thread_reschedule();
	EXPECT_EQ(reschedules, 1u);

	struct thread other = {};
	thread_wake(&other);
	EXPECT_EQ(told, nullptr) << "it was awake";
	other.waiting = THREAD_BLOCKED;
	thread_wake(&other);
	EXPECT_EQ(told, &other);
	EXPECT_EQ(other.waiting, THREAD_AWAKE);
	told = nullptr;
	thread_wake(&other);
	EXPECT_EQ(told, nullptr) << "only one puts it into the run queue";

	thread_prepare_to_block();
	EXPECT_FALSE(thread_block_until(7));
	thread_prepare_to_block();
	EXPECT_TRUE(thread_block_until(8));
}

unsigned ended = 0;
struct interrupt_frame *sought = nullptr;

TEST_F(Thread, AKilledOneEndsWhereItWaitsUnlessThatIsHeldOff)
{
	static const struct thread_kill_operations kills = {
		.end_killed =
			[] {
				ended++; // the real one does not come back
				thread_current()->kill_requested = 0;
			},
		.seek = [](struct interrupt_frame *interrupted) { sought = interrupted; },
	};
	auto wait = [] {
		thread_prepare_to_block();
		thread_wake(thread_current());
		thread_block();
	};
	thread_current()->kill_requested = 1;
	wait();
	EXPECT_EQ(ended, 0u) << "nobody does it yet";
	thread_set_kill_operations(&kills, "thread_test");
	wait();
	EXPECT_EQ(ended, 1u);
	thread_current()->kill_requested = 1;
	thread_current()->ledger.kill_holds = 1;
	wait();
	EXPECT_EQ(ended, 1u);
	thread_current()->ledger.kill_holds = 0;
	thread_current()->kill_requested = 0;
	wait();
	EXPECT_EQ(ended, 1u);

	int frame;
	thread_seek_kill_point(reinterpret_cast<struct interrupt_frame *>(&frame));
	EXPECT_EQ(sought, reinterpret_cast<struct interrupt_frame *>(&frame));
	thread_set_kill_operations(nullptr, "");
	thread_seek_kill_point(nullptr);
	EXPECT_NE(sought, nullptr);
}

TEST_F(Thread, APriorityIsLentUpwardsAndGivenBack)
{
	struct thread other = {};
	other.priority = other.own_priority = 10;
	thread_lend_priority(&other, 5);
	EXPECT_EQ(other.priority, 10);
	thread_lend_priority(&other, 20);
	EXPECT_EQ(other.priority, 20);
	EXPECT_EQ(other.own_priority, 10);
	thread_end_loan(&other);
	EXPECT_EQ(other.priority, 10);
}

} // namespace
