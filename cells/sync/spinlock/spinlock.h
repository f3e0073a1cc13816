// A lock for a few instructions' work: who waits, spins, and the holder is never interrupted.
//
// Interrupts of the processor are off while it holds a lock, and come back as they were when it gives the lock back, so
// an interrupt handler may take the same locks. A processor that takes a lock that it holds already would wait for
// ever: that is a panic in its place.
//
//     static CELL_STATE_ZERO struct {
//             struct spinlock lock;
//             size_t free GUARDED_BY(&lock);
//     } pool;
//
//     GUARD(&pool.lock); // given back at the end of the scope, on every way out
//
// Context: never sleeps; allocates nothing; may be taken with interrupts off. Locks are given back in any order, but
// interrupts return with the first one taken, so nest them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

// All zeros: free.
LOCK_TYPE(spinlock)
{
	uint32_t owner PRIVATE_OF(spinlock); // 0: free, else the identity of the processor that holds it
	bool interrupts_were_enabled PRIVATE_OF(spinlock);
};

#ifdef __cplusplus
extern "C" {
#endif

// Panics if this processor holds the lock already.
void spinlock_lock(struct spinlock *lock) LOCKS(lock) ENTERS(interrupts_off);

// Panics if this processor does not hold the lock.
void spinlock_unlock(struct spinlock *lock) UNLOCKS(lock) LEAVES(interrupts_off);

// Whether someone holds the lock: already out of date when it returns; for assertions and reports.
bool spinlock_is_held(const struct spinlock *lock);

// Takes the lock away from this processor, if it holds it. For a crash report only, which must not wait for itself.
void spinlock_break(struct spinlock *lock);

#ifdef __cplusplus
}
#endif

LOCK_FUNCTIONS_IN(spinlock, interrupts_off)

// Holds `lock` to the end of the scope. Several may stand in one scope.
#define GUARD(lock) GUARD_OF(spinlock, lock)
