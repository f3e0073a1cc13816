// Slabs: the pages that objects live in, and what is known of them, kept apart from the objects.
#pragma once

#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

// 0 leaves out what finds a handle that does not fit: for measuring what that costs (tests/bench/heap_checks), never
// for an image.
#ifndef HEAP_CHECKS
#define HEAP_CHECKS 1
#endif

enum {
	SIZE_CLASSES = 13,
	LARGE_CLASS = SIZE_CLASSES, // the slab is one object, as long as its pages
	NARROW_SLOTS = 64,
	WIDE_SLOTS = 255,  // slots have numbers from 1, which fit in a byte
	TAG_STEP = 1 << 8, // the lowest byte stays
};

// No core frees into this slab without ado.
#define NO_CORE SIZE_MAX

// What is known of a slot. The tag is another one after each life of the slot, so a handle of an earlier life is known
// by it. While the slot is free, the tag's lowest byte is the number of the next free one (0: none).
union slab_slot {
	uint32_t tag;
	uint8_t next;
};

// The descriptor of a slab. Only the core that owns the slab touches it, with interrupts off; what other cores touch is
// at the end.
struct heap_slab {
	uint8_t free;       // first free slot, 0: none
	uint8_t slot_count; // 0: the descriptor is not in use
	uint8_t size_class;
	bool is_current;
	uint32_t used;     // objects, and one more while it is its core's current one
	size_t local_core; // the owner while it looks at this slab, NO_CORE while it is full and forgotten, or large
	unsigned char *origin; // where slot 0 would be, one before the first
	size_t slot_bytes;
	struct heap_core *core; // the owner; null while there is none: fresh, or large
	size_t index;           // the owner's
	struct heap_slab *next; // of a list of its core, or, unused, of its shape
	struct heap_slab *previous;
	struct slab_page *page; // where the descriptor lies
	struct mapped_pages_mut memory;
	uint32_t remote;              // first of the slots that other cores have freed
	struct heap_slab *inbox_next; // the slabs of this core with such slots
	union slab_slot slots[];      // the first is slot 1
};

struct slab_list {
	struct heap_slab *first;
};

INTERNAL void slab_list_push(struct slab_list *list, struct heap_slab *slab);
INTERNAL void slab_list_remove(struct slab_list *list, struct heap_slab *slab);

// A slab with its own pages, in no list, every slot free; of no core yet. STATUS_*: as mapped_pages_mut_allocate.
INTERNAL enum status slab_make(struct heap_slab **made, uint32_t size_class, size_t size_bytes);

// Gives back pages and descriptor. No object may be left, and no core may find the slab any more.
INTERNAL void slab_unmake(struct heap_slab *slab);

INTERNAL size_t slab_mapped_bytes(const struct heap_slab *slab);

// How long a slab of this class is, but for LARGE_CLASS.
INTERNAL size_t slab_bytes_of(uint32_t size_class);

// Gives back the pages whose descriptors are all unused.
INTERNAL void slab_trim_descriptors(void);

// Visits the slabs in use, under a lock: `visit` takes none and does not use the heap. Returns how many pages hold
// descriptors.
INTERNAL uint64_t slab_for_each(void (*visit)(void *context, struct heap_slab *slab), void *context);

static inline union slab_slot *slab_slot(struct heap_slab *slab, uint32_t slot)
{
	return RAW(&slab->slots[slot]);
}

// The count is read from elsewhere for statistics, so it is never half written.
static inline uint32_t slab_used(const struct heap_slab *slab)
{
	return __atomic_load_n(&slab->used, __ATOMIC_RELAXED);
}

static inline void slab_set_used(struct heap_slab *slab, uint32_t used)
{
	__atomic_store_n(&slab->used, used, __ATOMIC_RELAXED);
}
