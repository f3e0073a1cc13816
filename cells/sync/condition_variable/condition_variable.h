// Waiting, under a mutex, for what the mutex guards to change.
//
//     GUARD_MUTEX(&box.lock);
//     while (box.is_empty)
//             TRY(condition_variable_wait(&box.filled, &box.lock, THREAD_NO_DEADLINE));
//
// The mutex is given back while the thread sleeps, and held again on return; look at the condition again then. A signal
// sent after the condition was changed under the mutex is not lost. The protocol is
// tests/models/condition_variable.pml.
//
// A waiter that is killed takes the mutex again before its clean-ups run, as they may touch what it guards.
//
// Context: signals may be sent anywhere; condition_variable_wait sleeps. No allocation.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/sync/mutex/mutex.h"
#include "cells/sync/wait_queue/wait_queue.h"

// All zeros: nobody waits.
struct condition_variable {
	struct wait_queue queue;
};

#ifdef __cplusplus
extern "C" {
#endif

// STATUS_TIMED_OUT: nobody has signalled before clock_nanoseconds reached the deadline.
MUST_USE enum status condition_variable_wait(struct condition_variable *variable, struct mutex *mutex,
	uint64_t deadline_nanoseconds) NEEDS_LOCK(mutex) MAY_SLEEP;

// Lets the first that waits look again, or all.
void condition_variable_signal(struct condition_variable *variable);
void condition_variable_signal_all(struct condition_variable *variable);

#ifdef __cplusplus
}
#endif
