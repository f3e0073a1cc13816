#include "tests/system/victims/victims.h"

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/spinlock/spinlock.h"
#include "tests/system/victims/victims_internal.h"

enum { PLACES = 16 };

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	bool taken[PLACES + 1]; // by number
	size_t held;
	size_t given_back_twice;
} state;

// Never set: the compiler cannot see that.
static CELL_STATE_ZERO struct {
	volatile unsigned *nowhere;
	struct place *no_slot;
	volatile unsigned zero;
} wrong;

// ---- A handle of their own: one of a few places ----

enum status place_take(struct place *place)
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
		GUARD(&state.lock);
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

// ---- For tasks ----

enum status victims_take_load(struct victims_load *load)
{
	OWN(heap_object, memory);
	TRY(heap_allocate(&memory, 200));
	OWN(mapped_pages_mut, pages);
	TRY(mapped_pages_mut_allocate(&pages, 4096, PAGE_REGION_GENERAL));
	victims_load_fill(load, (struct victims_load){});
	heap_object_put_in(&load->memory, &memory);
	mapped_pages_mut_put_in(&load->pages, &pages);
	return STATUS_OK;
}

void victims_load_release(struct victims_load *p)
{
	mapped_pages_mut_drop_in(&p->pages);
	heap_object_drop_in(&p->memory);
}

static __attribute__((noinline)) unsigned overflow(unsigned depth)
{
	RECURSES();
	OWN(heap_object, memory);
	if (heap_allocate(&memory, 64) != 0)
		return 0;
	volatile unsigned char frame[1024];
	AT(frame, depth % sizeof frame) = (unsigned char)depth;
	return overflow(depth + 1) + AT(frame, depth % 512);
}

void victims_end_so(enum victims_end how)
{
	OWN(heap_object, memory);
	if (heap_allocate(&memory, 40) != 0)
		return;
	switch (how) {
	case VICTIMS_PANIC:
		AT(state.taken, PLACES + (size_t)how) = true;
		return;
	case VICTIMS_PAGE_FAULT:
		*wrong.nowhere = 1;
		return;
	case VICTIMS_DIVIDE:
		state.held += state.held / wrong.zero;
		return;
	case VICTIMS_OPCODE:
		__builtin_trap();
	case VICTIMS_STACK_OVERFLOW:
		(void)overflow(1);
		return;
	case VICTIMS_SPIN:
		for (;;)
			AT(state.taken, 0) = true;
	default:
		return;
	}
}

// ---- A cell that is loaded as long as this is filled ----

struct loaded_cell_of_mine;
INTERNAL void loaded_cell_of_mine_release(struct loaded_cell_of_mine *p);
HANDLE(loaded_cell_of_mine)
{
	bool is_loaded; // false: empty
};
HANDLE_FUNCTIONS(loaded_cell_of_mine)

#define MODULE TEXT("bench_module")

void loaded_cell_of_mine_release(struct loaded_cell_of_mine *p)
{
	if (!p->is_loaded)
		return;
	struct diagnosis why = {};
	if (cell_unload(MODULE, &why))
		state.given_back_twice++;
	p->is_loaded = false;
}

static void load_and_unload(void)
{
	for (unsigned round = 0; round < 2; round++) {
		OWN(loaded_cell_of_mine, module);
		struct diagnosis why = {};
		if (cell_loader_load(MODULE, &why))
			return;
		loaded_cell_of_mine_fill(&module, (struct loaded_cell_of_mine){true});
	}
}

// Each time in vain, or with an end in the midst of either, nothing is loaded afterwards.
static void unload(void)
{
	for (unsigned round = 0; round < 2; round++) {
		struct diagnosis why = {};
		if (cell_loader_load(MODULE, &why) || cell_unload(MODULE, &why))
			return;
	}
}

static const struct victim victims[] = {
	{"map", map_and_unmap},
	{"heap", heap_on_own_core},
	{"nested", nested_clean_ups},
	{"recursion", recursion},
	{"drop", drop},
	{"lock", lock},
	{"load", load_and_unload},
	{"unload", unload},
	{"spawn", victims_spawn_and_join},
	{"mutex", victims_hold_what_another_waits_for},
	{"async_send", victims_send_async},
	{"async_receive", victims_receive_async},
	{"rendezvous_send", victims_send_rendezvous},
	{"rendezvous_receive", victims_receive_rendezvous},
	{"heap_other", victims_free_what_another_core_has_taken},
};

// ---- Programs that fault where no landing pad stands ----

static void fault_with_handle(void)
{
	OWN(place, place);
	if (place_take(&place) != 0)
		return;
	*wrong.nowhere = 1;
}

static void fault_with_two_handles(void)
{
	OWN(place, first);
	OWN(place, second);
	if (place_take(&first) != 0)
		return;
	if (place_take(&second) != 0)
		return;
	state.held += *wrong.nowhere;
}

static void fault_before_it_is_filled(void)
{
	OWN(place, empty);
	state.held += *wrong.nowhere;
	if (place_take(&empty) != 0)
		return;
}

static void fault_after_move(void)
{
	OWN(place, to);
	{
		OWN(place, from);
		if (place_take(&from) != 0)
			return;
		place_move(&to, &from);
		*wrong.nowhere = 1;
	}
}

static void fault_in_loop(void)
{
	for (unsigned round = 0; round < 4; round++) {
		OWN(place, place);
		if (place_take(&place) != 0)
			return;
		if (round == 2)
			*wrong.nowhere = round;
	}
}

static void fault_under_lock(void)
{
	OWN(place, place);
	if (place_take(&place) != 0)
		return;
	GUARD(&state.lock);
	*wrong.nowhere = 1;
}

static void fault_divide(void)
{
	OWN(place, place);
	if (place_take(&place) != 0)
		return;
	state.held += state.held / wrong.zero;
}

// The compiler sees that it cannot throw: its callers have no landing pads for it.
static __attribute__((noinline)) void leaf(void)
{
	*wrong.nowhere = 1;
}

static void fault_in_leaf(void)
{
	OWN(place, place);
	if (place_take(&place) != 0)
		return;
	leaf();
}

static __attribute__((noinline)) void fault_below(unsigned depth)
{
	RECURSES();
	OWN(place, place);
	if (place_take(&place) != 0)
		return;
	if (depth == 0)
		leaf();
	else
		fault_below(depth - 1);
	*wrong.nowhere = 2; // not reached: so that the call is no jump
}

static void fault_deep(void)
{
	fault_below(6);
}

static void fault_put_in_nowhere(void)
{
	OWN(place, place);
	if (place_take(&place) != 0)
		return;
	place_put_in(wrong.no_slot, &place);
}

static const struct victim faults[] = {
	{"handle", fault_with_handle},
	{"two_handles", fault_with_two_handles},
	{"before_filled", fault_before_it_is_filled},
	{"after_move", fault_after_move},
	{"loop", fault_in_loop},
	{"under_lock", fault_under_lock},
	{"divide", fault_divide},
	{"leaf", fault_in_leaf},
	{"deep", fault_deep},
	{"put_in", fault_put_in_nowhere},
};

const struct victim *victims_fault_at(size_t index)
{
	return index < COUNT_OF(faults) ? &AT(faults, index) : NULL;
}

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
	return spinlock_is_held(&state.lock) || victims_mutex_is_held();
}
