#include "cells/sync/spinlock/spinlock.h"

#include "cells/base/panic/panic.h"
#define PROCESSOR_INLINE // calls would be more than half of what a lock costs
#include "cells/hal/processor/processor.h"

static __attribute__((noreturn, cold, noinline)) void taken_twice(uint32_t me)
{
	panic("spinlock: processor %u takes a lock that it holds already", me);
}

static __attribute__((noreturn, cold, noinline)) void not_the_holder(uint32_t me, uint32_t owner)
{
	panic("spinlock: processor %u gives back a lock that %u holds", me, owner);
}

// Waits until the lock is this processor's.
static __attribute__((noinline)) void wait_for(struct spinlock *lock, uint32_t me, bool interrupts_were_enabled)
{
	uint32_t expected;
	do {
		if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == me)
			taken_twice(me);
		// Only reading until it is free keeps the cache line from wandering between those who wait.
		while (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != 0)
			processor_pause();
		expected = 0;
	} while (!__atomic_compare_exchange_n(&lock->owner, &expected, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	lock->interrupts_were_enabled = interrupts_were_enabled;
}

void spinlock_lock(struct spinlock *lock)
{
	bool interrupts_were_enabled = processor_interrupts_enabled();
	processor_disable_interrupts();
	uint32_t me = processor_identity();
	uint32_t expected = 0;
	if (__builtin_expect(
		    __atomic_compare_exchange_n(&lock->owner, &expected, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED),
		    1))
		lock->interrupts_were_enabled = interrupts_were_enabled;
	else
		wait_for(lock, me, interrupts_were_enabled);
	spinlock_taken(lock);
}

void spinlock_unlock(struct spinlock *lock)
{
	spinlock_given_back(lock);
	uint32_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
	uint32_t me = processor_identity();
	if (__builtin_expect(owner != me, 0))
		not_the_holder(me, owner);

	bool enable = lock->interrupts_were_enabled;
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELEASE);
	if (enable)
		processor_enable_interrupts();
}

bool spinlock_is_held(const struct spinlock *lock)
{
	return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != 0;
}

void spinlock_break(struct spinlock *lock)
{
	uint32_t me = processor_identity();
	__atomic_compare_exchange_n(&lock->owner, &me, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}
