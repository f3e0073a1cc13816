#include "cells/task/sleep/sleep.h"

#include <gtest/gtest.h>

#include <chrono>

#include "cells/hal/core_local/core_local.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/clock/clock.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/scheduler/scheduler.h"

namespace
{

struct thread *slept = nullptr;
uint64_t until = 0;

// The double of a scheduler: the first time somebody wakes the sleeper early, then the time comes.
unsigned early = 0;

// In order: the clock starts with the other test.
TEST(Sleep, WithoutAClockItIsAYield)
{
	static struct thread idle;
	processor_host_reset();
	core_local_install(0);
	processor_disable_interrupts();
	idle.name = "idle";
	scheduler_start_core(&idle);
	processor_enable_interrupts();
	sleep_until(UINT64_MAX - 1); // comes back: nobody else wants the core
	EXPECT_EQ(thread_current(), &idle);
	core_local_set_thread(nullptr);
	thread_set_operations(nullptr, "");
}

TEST(Sleep, ToTheDeadlineWhateverWakesItBefore)
{
	static const struct thread_operations operations = {
		.block =
			[](struct thread *self) {
				self->waiting = THREAD_AWAKE;
				slept = self;
				until = self->timer.nanoseconds;
				self->timed_out = early == 0;
				early -= early != 0;
			},
		.wake = [](struct thread *) {},
		.reschedule = [] {},
		.set_priority = [](struct thread *, uint8_t) {},
	};
	thread_set_operations(&operations, "sleep_test");
	clock_start(1000000000, 0);
	early = 3;
	uint64_t deadline = UINT64_MAX - 5;
	sleep_until(deadline);
	EXPECT_EQ(slept, thread_current());
	EXPECT_EQ(until, deadline);
	EXPECT_EQ(early, 0u) << "it went on waiting";

	slept = nullptr;
	sleep_until(0);
	EXPECT_EQ(slept, nullptr) << "that time has come already";

	sleep_nanoseconds(UINT64_MAX);
	EXPECT_EQ(until, UINT64_MAX - 1) << "THREAD_NO_DEADLINE would be for ever";
	sleep_nanoseconds(1000000000000);
	EXPECT_GT(until, 1000000000000u);
	thread_set_operations(nullptr, "");
}

} // namespace
