// What can be seen of the heap from outside.
#include "cells/memory/heap/heap_slab.h"

static uint32_t objects_of(const struct heap_slab *slab)
{
	return slab_used(slab) - (__atomic_load_n(&slab->is_current, __ATOMIC_RELAXED) ? 1 : 0);
}

static void count(void *context, struct heap_slab *slab)
{
	struct heap_statistics *statistics = context;
	uint32_t objects = objects_of(slab);
	size_t mapped_bytes = slab_mapped_bytes(slab);
	statistics->objects += objects;
	statistics->object_bytes += slab->size_class == LARGE_CLASS ? mapped_bytes : objects * slab->slot_bytes;
	statistics->mapped_bytes += mapped_bytes;
	statistics->cached_pages += objects == 0 ? mapped_bytes / PAGE_SIZE_BYTES : 0;
}

struct heap_statistics heap_statistics(void)
{
	struct heap_statistics statistics = {};
	statistics.descriptor_pages = slab_for_each(count, &statistics);
	statistics.mapped_bytes += statistics.descriptor_pages * PAGE_SIZE_BYTES;
	return statistics;
}

struct visit {
	void (*function)(void *context, struct bytes place);
	void *context;
};

struct slot_set {
	bool has[WIDE_SLOTS + 1];
};

static void add_list(struct slot_set *set, struct heap_slab *slab, uint32_t first)
{
	for (uint32_t slot = first; slot != 0; slot = slab_slot(slab, slot)->next)
		AT(set->has, slot) = true;
}

static void visit_slab(void *context, struct heap_slab *slab)
{
	const struct visit *visit = context;
	struct slot_set free = {};
	add_list(&free, slab, slab->free);
	add_list(&free, slab, slab->remote);
	size_t place_bytes = slab->size_class == LARGE_CLASS ? slab_mapped_bytes(slab) : slab->slot_bytes;
	for (uint32_t slot = 1; slot <= slab->slot_count; slot++) {
		const unsigned char *data = RAW(slab->origin + (size_t)slot * slab->slot_bytes);
		if (!AT(free.has, slot))
			visit->function(visit->context, bytes_from(data, place_bytes));
	}
}

void heap_for_each_object(void (*function)(void *context, struct bytes place), void *context)
{
	struct visit visit = {function, context};
	slab_for_each(visit_slab, &visit);
}
