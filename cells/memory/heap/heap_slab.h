// Slabs: the pages that objects live in, and what is known of them, kept apart from the objects.
#pragma once

#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

enum {
	SLAB_BYTES = PAGE_SIZE_BYTES,
	SLAB_WORDS = SLAB_BYTES / HEAP_ALIGNMENT_BYTES / 64,
	SIZE_CLASSES = 13,
	LARGE_CLASS = SIZE_CLASSES, // the slab is one object, as long as its pages
};

// The descriptor of a slab.
struct heap_slab {
	struct heap_slab *next; // of a list of its size class, or, unused, of its page
	struct heap_slab *previous;
	struct slab_page *page; // where the descriptor lies
	unsigned char *data;    // where `memory` begins
	uint32_t generation;    // another one each time the descriptor is taken: a stale handle is known by it
	uint32_t size_class;
	uint32_t slot_bytes;
	uint32_t slot_count;
	uint32_t free_count;
	uint64_t free_slots[SLAB_WORDS];
	struct mapped_pages_mut memory;
};

struct slab_list {
	struct heap_slab *first;
};

INTERNAL void slab_list_push(struct slab_list *list, struct heap_slab *slab);
INTERNAL void slab_list_remove(struct slab_list *list, struct heap_slab *slab);

// All descriptors. Pages of descriptors stay until they are trimmed, so that a stale handle still leads to one.
struct slab_descriptors {
	struct slab_page *pages;
	struct slab_list unused;
	size_t page_count;
};

// A descriptor for no slab yet, in no list. STATUS_NO_MEMORY: no page for more of them.
INTERNAL enum status slab_descriptors_take(struct slab_descriptors *descriptors, struct heap_slab **slab);
INTERNAL void slab_descriptors_give(struct slab_descriptors *descriptors, struct heap_slab *slab);

// Gives back the pages whose descriptors are all unused.
INTERNAL void slab_descriptors_trim(struct slab_descriptors *descriptors);
