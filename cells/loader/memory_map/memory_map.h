// The map of the whole address space: each mapped page, what it is for, and which cell has it.
//
// What the page tables say is the beginning; whose a page is, they tell too (page_table.h). Of pages that belong to
// cells the registry knows which cell and which kind of section; of devices' memory device_memory knows which cell
// mapped it; of stacks stack_pool knows which cell they work for. So nothing is on the map because somebody said so of
// himself, and what nobody vouches for is on it as unknown.
//
//     struct memory_map_walk walk = {};
//     struct memory_map_range range;
//     while (!memory_map_next(&walk, &range))
//             ...
//
// Context: allocates nothing; takes the locks of page_table and of the pools for an instant at a time. What others
// change meanwhile may be seen or not.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/memory/page_table/page_table.h"

enum memory_map_kind {
	MEMORY_MAP_UNKNOWN, // nobody vouches for it
	MEMORY_MAP_TEXT,    // of a cell
	MEMORY_MAP_RODATA,
	MEMORY_MAP_DATA,
	MEMORY_MAP_STATE,
	MEMORY_MAP_HEAP,
	MEMORY_MAP_STACK,
	MEMORY_MAP_BOOKKEEPING, // of the allocators of frames and pages, of the unwinder
	MEMORY_MAP_ARCHIVE,
	MEMORY_MAP_DEVICE,
	MEMORY_MAP_PROCESSOR, // GDT, IDT, TSS, what belongs to one processor
	MEMORY_MAP_TRAMPOLINE,
	MEMORY_MAP_IMAGE, // nano_core as it was linked
	MEMORY_MAP_KIND_COUNT,
};

// Adjacent pages of one kind, permission and owner.
struct memory_map_range {
	struct virtual_address start;
	uint64_t page_count;
	enum page_permission permission;
	enum memory_map_kind kind;
	struct text owner; // a cell's name
};

// Begins as {}.
struct memory_map_walk {
	uint64_t next PRIVATE_OF(memory_map); // address
	bool ended PRIVATE_OF(memory_map);
};

#ifdef __cplusplus
extern "C" {
#endif

// The next range, in order of address; page tables are not among them, for they are mapped by themselves.
// STATUS_END: there are no more.
MUST_USE enum status memory_map_next(struct memory_map_walk *walk, struct memory_map_range *range);

// "text", "heap", ...
const char *memory_map_kind_name(enum memory_map_kind kind);

// "r-x", "r--", "rw-".
const char *memory_map_permission_name(enum page_permission permission);

#ifdef __cplusplus
}
#endif
