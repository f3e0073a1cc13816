// One core of the host: its threads are switched by the very assembly, on stacks of their own. The machine is a double
// with a clock that the test sets.
#include "cells/task/scheduler/scheduler.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/task/round_robin_policy/round_robin_policy.h"

namespace
{

uint64_t now = 0;
uint64_t alarm_in = 0;
std::vector<size_t> interrupted;

const struct scheduler_machine kMachine = {
	.now = [] { return now; },
	.set_alarm = [](uint64_t nanoseconds) { alarm_in = nanoseconds; },
	.interrupt_core = [](size_t core) { interrupted.push_back(core); },
};

struct HostThread {
	struct thread thread = {}; // first
	std::vector<unsigned char> stack = std::vector<unsigned char>(256 << 10);
	std::function<void()> body;
	bool has_ended = false;

	static void Enter(void *argument)
	{
		scheduler_begin();
		auto *self = static_cast<HostThread *>(argument);
		self->body();
		scheduler_exit();
	}
};

class Scheduler : public testing::Test
{
      protected:
	void SetUp() override
	{
		processor_host_reset();
		core_local_install(5);
		processor_disable_interrupts();
		now = 1000;
		alarm_in = 0;
		interrupted.clear();
		idle_.name = "idle";
		scheduler_start_core(&idle_);
		scheduler_set_machine(&kMachine, "scheduler_test");
		scheduler_set_last(
			[](struct thread *thread) {
				EXPECT_NE(core_local_preemption_holds(), 0u);
				reinterpret_cast<HostThread *>(thread)->has_ended = true;
			},
			"scheduler_test");
	}

	void TearDown() override
	{
		core_local_set_thread(nullptr);
		core_local_set_reschedule(false);
		scheduler_set_machine(nullptr, "");
		scheduler_set_last(nullptr, "");
		thread_set_operations(nullptr, "");
	}

	HostThread *Add(const char *name, std::function<void()> body, uint8_t priority = THREAD_PRIORITY_USUAL)
	{
		threads_.push_back(std::make_unique<HostThread>());
		HostThread *made = threads_.back().get();
		made->thread.name = name;
		made->thread.priority = made->thread.own_priority = priority;
		made->body = std::move(body);
		uintptr_t top = (reinterpret_cast<uintptr_t>(made->stack.data()) + made->stack.size()) / 16 * 16;
		scheduler_prepare(&made->thread, top, HostThread::Enter, made);
		scheduler_add(&made->thread);
		return made;
	}

	// The idle loop ends when it would halt: the double of the instruction throws.
	void RunUntilIdle()
	{
		halts_ = 0;
		trims = 0;
		try {
			scheduler_idle([] {
				trims++;
				throw std::runtime_error("idle");
			});
		} catch (const std::runtime_error &error) {
			EXPECT_STREQ(error.what(), "idle");
		}
		processor_disable_interrupts();
	}

	static inline unsigned trims = 0;
	unsigned halts_ = 0;
	struct thread idle_ = {};
	std::vector<std::unique_ptr<HostThread>> threads_;
	std::string seen_;
};

TEST_F(Scheduler, ThreadsThatYieldTakeTurnsAndEnd)
{
	for (const char *name : {"a", "b", "c"})
		Add(name, [this, name] {
			for (int i = 0; i < 3; i++) {
				EXPECT_STREQ(thread_current()->name, name);
				EXPECT_TRUE(processor_interrupts_enabled());
				seen_ += name;
				scheduler_yield();
			}
		});
	RunUntilIdle();
	EXPECT_EQ(seen_, "abcabcabc");
	for (auto &thread : threads_) {
		EXPECT_TRUE(thread->has_ended) << thread->thread.name;
		EXPECT_FALSE(run_queue_has(&thread->thread));
	}
	struct scheduler_view view;
	ASSERT_EQ(scheduler_look(5, &view), STATUS_OK);
	EXPECT_TRUE(view.is_started);
	EXPECT_TRUE(view.is_idle);
	EXPECT_EQ(view.length, 0u);
	EXPECT_STREQ(view.policy, "round_robin");
	ASSERT_EQ(scheduler_look(6, &view), STATUS_OK);
	EXPECT_FALSE(view.is_started);
	EXPECT_EQ(scheduler_look(CORE_LOCAL_CORES, &view), STATUS_NOT_FOUND);
}

TEST_F(Scheduler, ABlockedOneIsInNoQueueUntilItIsWoken)
{
	bool is_open = false;
	HostThread *waiter = Add("waiter", [&] {
		for (;;) {
			thread_prepare_to_block();
			if (is_open)
				break;
			thread_block();
			seen_ += "w";
		}
		thread_cancel_block();
		seen_ += "done ";
	});
	RunUntilIdle();
	EXPECT_EQ(waiter->thread.waiting, THREAD_BLOCKED);
	EXPECT_FALSE(run_queue_has(&waiter->thread));
	EXPECT_FALSE(waiter->has_ended);
	thread_wake(&waiter->thread); // for no reason
	RunUntilIdle();
	EXPECT_EQ(seen_, "w");
	EXPECT_EQ(waiter->thread.waiting, THREAD_BLOCKED);
	is_open = true;
	thread_wake(&waiter->thread);
	thread_wake(&waiter->thread);
	EXPECT_TRUE(run_queue_has(&waiter->thread));
	RunUntilIdle();
	EXPECT_EQ(seen_, "wwdone ");
	EXPECT_TRUE(waiter->has_ended);
}

TEST_F(Scheduler, AWakeBetweenPrepareAndBlockIsNotLost)
{
	HostThread *thread = Add("a", [&] {
		thread_prepare_to_block();
		thread_wake(thread_current());
		thread_block();
		seen_ = "came back";
	});
	RunUntilIdle();
	EXPECT_EQ(seen_, "came back");
	EXPECT_TRUE(thread->has_ended);
}

TEST_F(Scheduler, DeadlinesWakeInTheirOrder)
{
	for (uint64_t deadline : {3000, 2000, 5000})
		Add("sleeper", [this, deadline] {
			thread_prepare_to_block();
			EXPECT_FALSE(thread_block_until(deadline));
			EXPECT_GE(now, deadline);
			seen_ += std::to_string(deadline) + " ";
		});
	RunUntilIdle();
	EXPECT_EQ(seen_, "");
	EXPECT_EQ(alarm_in, 1000u) << "at the earliest";
	now = 2500;
	scheduler_alarm(nullptr);
	EXPECT_EQ(alarm_in, 500u) << "the next one";
	RunUntilIdle();
	EXPECT_EQ(seen_, "2000 ");
	now = 6000;
	scheduler_alarm(nullptr);
	RunUntilIdle();
	EXPECT_EQ(seen_, "2000 3000 5000 ");
}

TEST_F(Scheduler, WhoIsWokenBeforeItsDeadlineIsNotWokenAgain)
{
	HostThread *sleeper = Add("sleeper", [&] {
		thread_prepare_to_block();
		EXPECT_TRUE(thread_block_until(2000));
		seen_ += "woken ";
	});
	RunUntilIdle();
	thread_wake(&sleeper->thread);
	now = 9000;
	scheduler_alarm(nullptr);
	RunUntilIdle();
	EXPECT_EQ(seen_, "woken ");
	EXPECT_FALSE(sleeper->thread.timer.is_set);
}

TEST_F(Scheduler, AtTheEndOfItsSliceAThreadGivesWayAtTheInterruptsTail)
{
	// What a timer's interrupt in the midst of a thread does.
	auto tick = [] {
		now += SCHEDULER_SLICE_NANOSECONDS;
		processor_disable_interrupts();
		scheduler_alarm(nullptr);
		scheduler_interrupt_tail(nullptr);
		processor_enable_interrupts();
	};
	for (const char *name : {"a", "b"})
		Add(name, [&, name] {
			for (int i = 0; i < 2; i++) {
				seen_ += name;
				tick(); // whoever came in the midst of a slice keeps the core to the end of the next
				seen_ += name;
				tick();
			}
		});
	RunUntilIdle();
	EXPECT_EQ(seen_, "aabbaabb");
}

TEST_F(Scheduler, HeldPreemptionPutsItOff)
{
	Add("a", [&] {
		core_local_hold_preemption();
		core_local_set_reschedule(true);
		scheduler_interrupt_tail(nullptr);
		seen_ += "a";
		EXPECT_THROW(scheduler_yield(), std::runtime_error);
		processor_enable_interrupts();
		core_local_release_preemption();
		thread_reschedule();
		seen_ += "A";
	});
	Add("b", [&] { seen_ += "b"; });
	RunUntilIdle();
	EXPECT_EQ(seen_, "abA");
}

TEST_F(Scheduler, ANewPolicyKeepsWhoIsThere)
{
	static unsigned entered = 0;
	static struct scheduling_policy other = round_robin_policy;
	other.name = "other";
	other.enter = [](struct run_queue *queue, struct thread *thread) {
		entered++;
		run_queue_append(queue, thread, 0);
	};
	for (const char *name : {"a", "b"})
		Add(name, [this, name] {
			seen_ += name;
			if (seen_ == "a") {
				scheduler_set_policy(5, &other);
				EXPECT_EQ(entered, 2u);
			}
			scheduler_yield();
			seen_ += name;
		});
	RunUntilIdle();
	EXPECT_EQ(seen_, "abab");
	struct scheduler_view view;
	ASSERT_EQ(scheduler_look(5, &view), STATUS_OK);
	EXPECT_STREQ(view.policy, "other");
	EXPECT_THROW(scheduler_set_policy(6, &other), std::runtime_error) << "not started";
}

TEST_F(Scheduler, ThePriorityOfAThreadMayChangeAnywhere)
{
	HostThread *blocked = Add("blocked", [] {
		thread_prepare_to_block();
		thread_block();
	});
	RunUntilIdle();
	thread_lend_priority(&blocked->thread, 40);
	EXPECT_EQ(blocked->thread.priority, 40);
	thread_wake(&blocked->thread);
	thread_lend_priority(&blocked->thread, 50);
	EXPECT_EQ(blocked->thread.priority, 50);
	EXPECT_TRUE(run_queue_has(&blocked->thread));
	thread_end_loan(&blocked->thread);
	EXPECT_EQ(blocked->thread.priority, THREAD_PRIORITY_USUAL);
	RunUntilIdle();
	EXPECT_TRUE(blocked->has_ended);
	struct thread nowhere = {};
	thread_lend_priority(&nowhere, 3);
	EXPECT_EQ(nowhere.priority, 3);
}

TEST_F(Scheduler, OnlyARunningThreadIsInterrupted)
{
	HostThread *waits = Add("waits", [] {});
	EXPECT_EQ(scheduler_core_of(&waits->thread), 5u);
	EXPECT_FALSE(scheduler_is_running(&waits->thread));
	scheduler_interrupt(&waits->thread);
	EXPECT_TRUE(interrupted.empty());
	EXPECT_TRUE(scheduler_is_running(&idle_));
	scheduler_interrupt(&idle_);
	EXPECT_EQ(interrupted, (std::vector<size_t>{5}));
	RunUntilIdle();
	struct thread nowhere = {};
	EXPECT_EQ(scheduler_core_of(&nowhere), 0u);
	EXPECT_FALSE(scheduler_is_running(&nowhere));
}

TEST_F(Scheduler, AThreadIsAddedOnACoreByItsNumber)
{
	HostThread *there = nullptr;
	Add("a", [&] { seen_ += "a"; });
	RunUntilIdle();
	threads_.push_back(std::make_unique<HostThread>());
	there = threads_.back().get();
	there->body = [&] { seen_ += "b"; };
	scheduler_prepare(&there->thread,
		(reinterpret_cast<uintptr_t>(there->stack.data()) + there->stack.size()) / 16 * 16, HostThread::Enter,
		there);
	scheduler_add_on(&there->thread, 5);
	RunUntilIdle();
	EXPECT_EQ(seen_, "ab");
}

TEST_F(Scheduler, TheIdleThreadMayNotWait)
{
	thread_prepare_to_block();
	EXPECT_THROW(thread_block(), std::runtime_error);
	thread_cancel_block();
	EXPECT_THROW(scheduler_exit(), std::runtime_error);
	EXPECT_THROW(scheduler_add_on(&idle_, 6), std::runtime_error) << "no such core has been started";
}

} // namespace
