// Which sleeping locks a thread holds, and what it waits for: kept in the thread, so that others can look.
//
// The thread keeps addresses, not pointers to follow: whoever looks at another thread sees what was true a moment ago,
// and a lock that has gone since does no harm.
//
// Context: no allocation, no lock; held_locks_add and _remove for the running thread, a few instructions each.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/sync/thread/thread.h"

#ifdef __cplusplus
extern "C" {
#endif

// For held_locks_remove: a lock that is not the newest. Panics if the thread does not hold it.
void held_locks_remove_older(struct thread *self, const void *lock);

static inline void held_locks_add(struct thread *self, const void *lock)
{
	uint32_t count = self->held_locks;
	if (__builtin_expect(count < THREAD_HELD_LOCKS_NAMED, 1))
		AT(self->held, count) = lock;
	self->held_locks = count + 1;
}

static inline void held_locks_remove(struct thread *self, const void *lock)
{
	uint32_t newest = self->held_locks - 1;
	if (__builtin_expect(newest < THREAD_HELD_LOCKS_NAMED && AT(self->held, newest) == lock, 1)) {
		self->held_locks = newest; // what stands beyond them means nothing
		return;
	}
	held_locks_remove_older(self, lock);
}

#ifdef __cplusplus
}
#endif
