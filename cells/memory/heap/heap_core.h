// The heap of one core: the slabs that it owns.
//
// Only the core itself looks at its heap, with interrupts off, so none of it needs a lock. An object that another core
// frees goes to a list in its slab, and the slab, with the first of them, to the owner's inbox; both are taken whole by
// the owner when it is out of room. A pusher never looks at the slab again once the owner can find it.
#pragma once

#include "cells/memory/heap/heap_slab.h"

// Empty pages that a core keeps for its next allocations; the others go back to the system at once.
enum { EMPTY_PAGES_MAX = 32 };

struct heap_core {
	struct heap_slab *current[SIZE_CLASSES];  // where objects come from; null: nowhere yet
	struct slab_list with_room[SIZE_CLASSES]; // others with free slots and with objects
	struct slab_list empty[SIZE_CLASSES];     // others without objects
	size_t empty_pages;
	_Alignas(64) struct heap_slab *inbox; // slabs of this core in which others have freed
};

// Sees to it that the current slab of this class has a free slot. False: there is none in any slab of this core.
INTERNAL bool heap_core_find_room(struct heap_core *core, uint32_t size_class) NEEDS_INTERRUPTS_OFF;

// Makes a fresh slab one of this core, whose index is `index`.
INTERNAL void heap_core_add(struct heap_core *core, size_t index, struct heap_slab *slab) NEEDS_INTERRUPTS_OFF;

// A full slab of this core has a free slot again.
INTERNAL void heap_core_has_room_again(struct heap_slab *slab) NEEDS_INTERRUPTS_OFF;

// The last object of a slab that is not the current one has gone. False: the caller is to unmake the slab.
INTERNAL bool heap_core_keep_empty(struct heap_slab *slab) NEEDS_INTERRUPTS_OFF;

// Frees slot `slot` of a slab that another core owns.
INTERNAL void heap_core_free_remotely(struct heap_slab *slab, uint32_t slot) NEEDS_INTERRUPTS_OFF;

// Takes in what others have freed, and takes out a slab without objects as long as these have more than `most` pages.
// Null: they have not. With `most` 0 the current slabs count too.
INTERNAL struct heap_slab *heap_core_take_empty(struct heap_core *core, uint32_t most) NEEDS_INTERRUPTS_OFF;
