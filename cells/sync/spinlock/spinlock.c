#include "cells/sync/spinlock/spinlock.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/processor/processor.h"

void spinlock_lock(struct spinlock *lock)
{
	bool interrupts_were_enabled = processor_interrupts_enabled();
	processor_disable_interrupts();

	uint32_t me = processor_identity();
	uint32_t expected = 0;
	while (!__atomic_compare_exchange_n(&lock->owner, &expected, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		if (expected == me)
			panic("spinlock: processor %u takes a lock that it holds already", me);
		// Only reading until it is free keeps the cache line from wandering between those who wait.
		while (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != 0)
			processor_pause();
		expected = 0;
	}
	lock->interrupts_were_enabled = interrupts_were_enabled;
	spinlock_taken(lock);
}

void spinlock_unlock(struct spinlock *lock)
{
	spinlock_given_back(lock);
	uint32_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
	if (owner != processor_identity())
		panic("spinlock: processor %u gives back a lock that %u holds", processor_identity(), owner);

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
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELEASE);
}
