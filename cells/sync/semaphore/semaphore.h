// A count of permits: taking one waits until there is one.
//
//     TRY(semaphore_wait(&pool.free, THREAD_NO_DEADLINE)); // takes one
//     semaphore_signal(&pool.free);                        // gives one back, or a first one
//
// A permit that is given back goes to the first that waits, so nobody overtakes. The protocol is
// tests/models/semaphore.pml.
//
// Context: semaphore_signal may be called in interrupts and with interrupts off; semaphore_wait sleeps. No allocation.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/sync/spinlock/spinlock.h"
#include "cells/sync/wait_queue/wait_queue.h"

// All zeros: there is no permit yet.
struct semaphore {
	struct spinlock lock;
	size_t permits GUARDED_BY(&lock);
	struct wait_list waiters GUARDED_BY(&lock);
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes a permit. STATUS_TIMED_OUT: there was none until clock_nanoseconds reached the deadline.
MUST_USE enum status semaphore_wait(struct semaphore *semaphore, uint64_t deadline_nanoseconds) MAY_SLEEP
	NEEDS_UNLOCKED(&semaphore->lock);

// False: there is none now.
MUST_USE bool semaphore_try_wait(struct semaphore *semaphore) NEEDS_UNLOCKED(&semaphore->lock);

// Gives a permit back, or a new one.
void semaphore_signal(struct semaphore *semaphore) NEEDS_UNLOCKED(&semaphore->lock);

#ifdef __cplusplus
}
#endif
