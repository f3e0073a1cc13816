#include "cells/memory/heap/heap_core.h"

static size_t pages_of(const struct heap_slab *slab)
{
	return slab_bytes_of(slab->size_class) / PAGE_SIZE_BYTES;
}

static void add_empty(struct heap_core *core, struct heap_slab *slab) NEEDS_INTERRUPTS_OFF
{
	slab_list_push(&AT(core->empty, slab->size_class), slab);
	core->empty_pages += pages_of(slab);
}

// Null: there is none of this class.
static struct heap_slab *take_empty(struct heap_core *core, size_t size_class) NEEDS_INTERRUPTS_OFF
{
	struct slab_list *list = &AT(core->empty, size_class);
	struct heap_slab *slab = list->first;
	if (!slab)
		return NULL;
	slab_list_remove(list, slab);
	core->empty_pages -= pages_of(slab);
	return slab;
}

void heap_core_has_room_again(struct heap_slab *slab)
{
	__atomic_store_n(&slab->local_core, slab->index, __ATOMIC_RELAXED);
	slab_list_push(&AT(slab->core->with_room, slab->size_class), slab);
}

bool heap_core_keep_empty(struct heap_slab *slab)
{
	struct heap_core *core = slab->core;
	slab_list_remove(&AT(core->with_room, slab->size_class), slab);
	if (core->empty_pages + pages_of(slab) > EMPTY_PAGES_MAX)
		return false;
	add_empty(core, slab);
	return true;
}

void heap_core_add(struct heap_core *core, size_t index, struct heap_slab *slab)
{
	slab->core = core;
	slab->index = index;
	__atomic_store_n(&slab->local_core, index, __ATOMIC_RELAXED);
	add_empty(core, slab);
}

// Frees in this slab what other cores have freed.
static void collect_slab(struct heap_core *core, struct heap_slab *slab) NEEDS_INTERRUPTS_OFF
{
	uint32_t used = slab_used(slab);
	for (uint32_t slot = __atomic_exchange_n(&slab->remote, 0, __ATOMIC_ACQ_REL); slot != 0; used--) {
		union slab_slot *freed = slab_slot(slab, slot);
		uint32_t following = freed->next;
		freed->next = slab->free;
		slab->free = (uint8_t)slot;
		slot = following;
	}
	slab_set_used(slab, used);
	if (slab->local_core == NO_CORE)
		heap_core_has_room_again(slab);
	if (used > 0)
		return;
	slab_list_remove(&AT(core->with_room, slab->size_class), slab);
	add_empty(core, slab);
}

static void collect(struct heap_core *core) NEEDS_INTERRUPTS_OFF
{
	struct heap_slab *slab = __atomic_exchange_n(&core->inbox, NULL, __ATOMIC_ACQUIRE);
	while (slab) {
		// Once its list is taken, the slab may be put into the inbox again.
		struct heap_slab *next = slab->inbox_next;
		collect_slab(core, slab);
		slab = next;
	}
}

void heap_core_free_remotely(struct heap_slab *slab, uint32_t slot)
{
	uint32_t first = __atomic_load_n(&slab->remote, __ATOMIC_RELAXED);
	do
		__atomic_store_n(&slab_slot(slab, slot)->next, (uint8_t)first, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&slab->remote, &first, slot, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	if (first != 0)
		return; // the slab is in the inbox, or about to be put there
	struct heap_core *owner = slab->core;
	struct heap_slab *next = __atomic_load_n(&owner->inbox, __ATOMIC_RELAXED);
	do
		slab->inbox_next = next;
	while (!__atomic_compare_exchange_n(&owner->inbox, &next, slab, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static void make_current(struct heap_core *core, struct heap_slab *slab) NEEDS_INTERRUPTS_OFF
{
	AT(core->current, slab->size_class) = slab;
	__atomic_store_n(&slab->is_current, true, __ATOMIC_RELAXED);
	slab_set_used(slab, slab_used(slab) + 1u);
}

// The current slab is full: it is forgotten until something in it is freed.
static void leave_current(struct heap_core *core, uint32_t size_class) NEEDS_INTERRUPTS_OFF
{
	struct heap_slab *slab = AT(core->current, size_class);
	if (!slab)
		return;
	AT(core->current, size_class) = NULL;
	__atomic_store_n(&slab->is_current, false, __ATOMIC_RELAXED);
	slab_set_used(slab, slab_used(slab) - 1u);
	__atomic_store_n(&slab->local_core, NO_CORE, __ATOMIC_RELAXED);
}

bool heap_core_find_room(struct heap_core *core, uint32_t size_class)
{
	collect(core);
	const struct heap_slab *current = AT(core->current, size_class);
	if (current && current->free != 0)
		return true;
	leave_current(core, size_class);
	struct slab_list *list = &AT(core->with_room, size_class);
	struct heap_slab *slab = list->first;
	if (slab)
		slab_list_remove(list, slab);
	else
		slab = take_empty(core, size_class);
	if (!slab)
		return false;
	make_current(core, slab);
	return true;
}

// Takes a current slab without objects out of its place, so that it is like any other empty one.
static void leave_empty_currents(struct heap_core *core) NEEDS_INTERRUPTS_OFF
{
	for (size_t i = 0; i < COUNT_OF(core->current); i++) {
		struct heap_slab *slab = AT(core->current, i);
		if (!slab || slab_used(slab) != 1)
			continue;
		AT(core->current, i) = NULL;
		__atomic_store_n(&slab->is_current, false, __ATOMIC_RELAXED);
		slab_set_used(slab, 0);
		add_empty(core, slab);
	}
}

struct heap_slab *heap_core_take_empty(struct heap_core *core, uint32_t most)
{
	collect(core);
	if (most == 0)
		leave_empty_currents(core);
	if (core->empty_pages <= most)
		return NULL;
	struct heap_slab *slab = NULL;
	for (size_t i = 0; !slab && i < COUNT_OF(core->empty); i++)
		slab = take_empty(core, i);
	return slab;
}
