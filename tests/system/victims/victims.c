#include "tests/system/victims/victims.h"

#include "cells/base/status/status.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/spinlock/spinlock.h"

enum { PLACES = 16 };

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	bool taken[PLACES + 1]; // by number
	size_t held;
	size_t given_back_twice;
} state;

// ---- A handle of their own: one of a few places ----

struct place;
INTERNAL void place_release(struct place *p);
HANDLE(place)
{
	size_t number; // 0: empty
};
HANDLE_FUNCTIONS(place)

static __attribute__((noinline)) enum status place_take(struct place *place) PRODUCES_IF(STATUS_OK, place)
{
	GUARD(&state.lock);
	for (size_t number = 1; number <= PLACES; number++) {
		if (AT(state.taken, number))
			continue;
		AT(state.taken, number) = true;
		state.held++;
		place_fill(place, (struct place){number});
		return STATUS_OK;
	}
	return STATUS_NO_MEMORY;
}

// Goes through all places one by one, which gives a kill time to come.
void place_release(struct place *p)
{
	for (size_t number = 1; number <= PLACES; number++) {
		if (number != p->number)
			continue;
		if (!AT(state.taken, number)) {
			state.given_back_twice++;
			continue;
		}
		AT(state.taken, number) = false;
		state.held--;
	}
	p->number = 0;
}

// ---- The programs ----

static void map_and_unmap(void)
{
	for (size_t pages = 1; pages <= 2; pages++) {
		OWN(mapped_pages_mut, memory);
		enum status status = mapped_pages_mut_allocate(&memory, pages * 4096, PAGE_REGION_GENERAL);
		if (status)
			return;
		*(unsigned *)mapped_pages_mut_at(&memory, 0, sizeof(unsigned), _Alignof(unsigned)) = 1;
	}
}

static void heap_on_own_core(void)
{
	for (size_t size_bytes = 64; size_bytes <= 256; size_bytes *= 2) {
		OWN(heap_object, first);
		OWN(heap_object, second);
		if (heap_allocate(&first, size_bytes) != 0)
			return;
		heap_object_move(&second, &first);
		if (heap_allocate(&first, 24) != 0)
			return;
	}
}

static void nested_clean_ups(void)
{
	for (unsigned round = 0; round < 3; round++) {
		OWN(place, outer);
		if (place_take(&outer) != 0)
			return;
		for (unsigned inner_round = 0; inner_round < 2; inner_round++) {
			OWN(place, inner);
			OWN(place, moved);
			if (place_take(&inner) != 0)
				return;
			place_move(&moved, &inner);
			if (inner_round == 0)
				continue;
			place_drop(&moved);
		}
	}
}

static __attribute__((noinline)) void descend(unsigned depth)
{
	RECURSES();
	OWN(place, place);
	if (place_take(&place) != 0)
		return;
	if (depth == 0)
		return;
	descend(depth - 1);
	if (depth % 2 == 0)
		descend(0);
}

static void recursion(void)
{
	descend(5);
}

static void drop(void)
{
	for (unsigned round = 0; round < 4; round++) {
		OWN(place, place);
		if (place_take(&place) != 0)
			return;
	}
}

static void lock(void)
{
	for (unsigned round = 0; round < 4; round++) {
		GUARD(&state.lock);
		for (unsigned inner = 0; inner < 3; inner++)
			AT(state.taken, 0) = inner == 1;
	}
}

static const struct victim victims[] = {
	{"map", map_and_unmap},
	{"heap", heap_on_own_core},
	{"nested", nested_clean_ups},
	{"recursion", recursion},
	{"drop", drop},
	{"lock", lock},
};

const struct victim *victims_at(size_t index)
{
	return index < COUNT_OF(victims) ? &AT(victims, index) : NULL;
}

size_t victims_held(void)
{
	return state.held;
}

size_t victims_given_back_twice(void)
{
	return state.given_back_twice;
}

bool victims_lock_is_held(void)
{
	return spinlock_is_held(&state.lock);
}
