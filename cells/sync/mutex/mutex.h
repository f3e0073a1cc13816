// A lock that one thread holds at a time, for as long as it likes: who waits for it sleeps.
//
//     static CELL_STATE_ZERO struct {
//             struct mutex lock;
//             struct table table GUARDED_BY(&lock);
//     } registry;
//
//     GUARD_MUTEX(&registry.lock); // given back at the end of the scope, on every way out, by a kill too
//
// A mutex that is given back goes to the most urgent of those that wait, of equals to the first; so none starves, and
// nobody overtakes. While a more urgent thread waits, the holder is scheduled with that thread's priority, and so is
// whoever the holder waits for, mutex by mutex. Threads that wait for each other in a circle are a panic in the one
// that would close it; so is taking a mutex that the thread holds already.
//
// Nobody waiting, it is one compare-and-exchange to take and one to give back. The protocol is tests/models/mutex.pml.
//
// Context: allocates nothing. Before there are tasks it may be taken as long as nobody else holds it. Not in
// interrupts.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/sync/thread/thread.h"
#include "cells/sync/wait_queue/wait_queue.h"

// All zeros: free.
LOCK_TYPE(mutex)
{
	uintptr_t owner PRIVATE_OF(mutex); // the thread that holds it, and in the lowest bit whether others wait
	struct wait_list waiters PRIVATE_OF(mutex);
};

#ifdef __cplusplus
extern "C" {
#endif

void mutex_lock(struct mutex *mutex) LOCKS(mutex) MAY_SLEEP;

// STATUS_TIMED_OUT: clock_nanoseconds has reached the deadline.
MUST_USE enum status mutex_lock_until(struct mutex *mutex, uint64_t deadline_nanoseconds)
	LOCKS_IF(STATUS_OK, mutex) MAY_SLEEP;

// False: another thread holds it.
MUST_USE bool mutex_try_lock(struct mutex *mutex) LOCKS_IF(true, mutex);

// Panics if this thread does not hold it.
void mutex_unlock(struct mutex *mutex) UNLOCKS(mutex);

// For a wait in the midst of a guarded scope (cells/sync/condition_variable): between these two another thread may have
// the mutex, though the scope, and the analysis, hold it all the time.
void mutex_unlock_for_now(struct mutex *mutex) NEEDS_LOCK(mutex);
void mutex_lock_again(struct mutex *mutex) MAY_SLEEP;

// Whether the running thread holds it: for assertions.
bool mutex_is_mine(const struct mutex *mutex);

#ifdef __cplusplus
}
#endif

LOCK_FUNCTIONS(mutex)

// Holds the mutex to the end of the scope.
#define GUARD_MUTEX(mutex_pointer) GUARD_OF(mutex, mutex_pointer)
