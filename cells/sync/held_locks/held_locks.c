#include "cells/sync/held_locks/held_locks.h"

#include "cells/base/panic/panic.h"

// The place of `lock` among the first `count`; `count`: it is not there.
static uint32_t find(const struct thread *self, const void *lock, uint32_t count)
{
	uint32_t place = 0;
	while (place < count && AT(self->held, place) != lock)
		place++;
	return place;
}

void held_locks_remove_older(struct thread *self, const void *lock)
{
	uint32_t count = self->held_locks;
	uint32_t named = count < THREAD_HELD_LOCKS_NAMED ? count : THREAD_HELD_LOCKS_NAMED;
	uint32_t place = find(self, lock, named);
	// A lock that found no room is only counted: then there are more than places, or an empty place among them.
	bool some_are_counted = count > named || find(self, NULL, named) < named;
	if (place == named && !some_are_counted)
		panic("held_locks: %s gives back a lock that it does not hold", thread_name(self));
	for (; place + 1 < named; place++)
		AT(self->held, place) = AT(self->held, place + 1);
	if (place < named)
		AT(self->held, place) = NULL;
	self->held_locks = count - 1;
}
