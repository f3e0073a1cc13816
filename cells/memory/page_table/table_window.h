// How page_table reaches the entries of the tables, and how it tells the processors what changed.
//
// On the target the tables appear in the address space through the recursive entry, and the processor's TLB caches
// them. On the host they lie in a file that plays physical memory, and what the TLB caches is what the host kernel has
// mapped. Everything else about page tables is the same code on both.
#pragma once

#include "cells/memory/page_table/page_table.h"

enum { TABLE_LEVELS = 4, TABLE_ENTRIES = 512, RECURSIVE_INDEX = 510 };

// Bits of an entry.
#define ENTRY_PRESENT (1ull << 0)
#define ENTRY_WRITABLE (1ull << 1)
#define ENTRY_WRITE_THROUGH (1ull << 3)
#define ENTRY_CACHE_DISABLE (1ull << 4)
#define ENTRY_LARGE (1ull << 7)
#define ENTRY_OWNS_FRAME (1ull << 9) // ours: the frame came from frame_allocator and goes back there
#define ENTRY_LEFT (1ull << 10)      // ours: its owner has let go of a page that is still lent
#define ENTRY_NO_EXECUTE (1ull << 63)
#define ENTRY_FRAME 0x000ffffffffff000ull

// Ours, in an entry that leads to a table: how many entries of that table are in use.
enum { ENTRY_COUNT_SHIFT = 52, ENTRY_COUNT_MASK = 0x3ff };

// Ours, in an entry of a page: its owner, and how often it is lent. (Bits 59 to 62 are free while CR4.PKE is off.)
enum { ENTRY_OWNER_SHIFT = 52, ENTRY_OWNER_MASK = 0x1f, ENTRY_LOANS_SHIFT = 57, ENTRY_LOANS_MASK = 0x3f };

// An entry of the root that leads nowhere, but for a moment to a table that is being prepared.
enum { SCRATCH_INDEX = 509 };

// The entry of the table of `level` (4: the root, 1: the one whose entries are pages) that `address` goes through. The
// tables above it must exist.
#if __STDC_HOSTED__
INTERNAL uint64_t *table_window_entry(unsigned level, uint64_t address);
#else
INTERNAL uint64_t *table_window_entry_of(unsigned level, uint64_t address);

// Where the tables of a level appear: level by level, one more index is the recursive one.
#define WINDOW_OF_1 0xffffff0000000000ull
#define WINDOW_OF_2 0xffffff7f80000000ull
#define WINDOW_OF_3 0xffffff7fbfc00000ull
#define WINDOW_OF_4 0xffffff7fbfdfe000ull

static inline uint64_t *table_window_entry(unsigned level, uint64_t address)
{
	if (!__builtin_constant_p(level))
		return table_window_entry_of(level, address); // a call is shorter
	const uint64_t window = level == 1   ? WINDOW_OF_1
				: level == 2 ? WINDOW_OF_2
				: level == 3 ? WINDOW_OF_3
					     : WINDOW_OF_4;
	uint64_t index = (address & 0xffffffffffffull) >> (12 + 9 * (level - 1));
	return RAW_POINTER(uint64_t, window + index * sizeof(uint64_t));
}
#endif

// Shows a frame that is to become a table, so that it is complete before an entry leads to it. One at a time.
INTERNAL uint64_t *table_window_prepare(uint64_t frame);
INTERNAL void table_window_prepared(void);

// Checks what the boot code has to fulfil and removes the lower half.
INTERNAL void table_window_take_over(void);

// The seam of the TLB shootdown: all that other processors have to be told goes through these two. On return no
// processor knows an older translation of these pages, small or large. (An entry that is not present is not cached.)
INTERNAL void tlb_forget_pages(uint64_t address, size_t count);

// On return no processor has cached that the entry of `level` for `address`, now cleared, led to a table. Called under
// page_table's lock: other processors have to answer while they wait for that.
INTERNAL void tlb_forget_table(unsigned level, uint64_t address);

// These pages were not mapped and are now: nothing to tell to a processor.
#if __STDC_HOSTED__
INTERNAL void tlb_expect_pages(uint64_t address, size_t count);
#else
static inline void tlb_expect_pages(uint64_t address, size_t count)
{
	(void)address;
	(void)count;
}
#endif
