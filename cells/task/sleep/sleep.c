#include "cells/task/sleep/sleep.h"

#include "cells/machine/clock/clock.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/scheduler/scheduler.h"

void sleep_until(uint64_t deadline_nanoseconds)
{
	if (clock_hertz() == 0) {
		scheduler_yield();
		return;
	}
	bool was_woken = true;
	while (was_woken && clock_nanoseconds() < deadline_nanoseconds) {
		thread_prepare_to_block();
		was_woken = thread_block_until(deadline_nanoseconds);
	}
}

void sleep_nanoseconds(uint64_t nanoseconds)
{
	uint64_t now = clock_nanoseconds();
	sleep_until(now + nanoseconds < now ? UINT64_MAX - 1 : now + nanoseconds);
}
