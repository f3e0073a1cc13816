// The page table: which page leads to which frame, with what permission.
//
// One four-level table for the one address space, edited through its own recursive entry (PML4[510]), since there is no
// direct map of physical memory. Every entry written here owns its frame, and says so in a software bit. A permission
// is one of three values, so that writable and executable at once cannot be said, and is never true at any instant.
//
// Contract with the boot code (nano_core/boot.S), which builds the first tables and turns paging on:
//   - PML4[510] leads to the PML4 itself, present and writable, no-execute set or not;
//   - EFER.NXE and CR0.WP are on; no entry is writable and executable; no page of 2 MiB or 1 GiB is used;
//   - PML4[511] maps the image at 0xFFFFFFFF80000000 + physical, and the state of its cells at the beginning of the cells
//     region; nothing else of the upper half is mapped;
//   - PML4[0] may map the one page that boot.S turned paging on from: page_table_take_over takes it out;
//   - the frames of the first tables and of the image are `reserved` to frame_allocator_start. Boot tables carry no
//     ownership bit, so they are never given to frame_allocator, even when they become empty.
// Tables that are added here take their frames from frame_allocator, which may still be in its first stage; when a
// table becomes empty, its frame goes back.
//
// On the host (tests) the same functions stand on mmap and mprotect at real addresses, with a file in memory in place
// of physical memory: a wrong access is a real fault, and mapping one physical range twice shows the same bytes.
//
// Context: allocates only table frames; takes one spinlock; may be called with interrupts off. Lock order, outermost
// first: heap, page_table, page_allocator, frame_allocator.
// Source: Intel SDM volume 3A, sections 4.5 (four-level paging), 4.6 (access rights), 4.10 (caching of translations).
#pragma once

#include "cells/memory/address/address.h"

enum page_permission { PAGE_READ_ONLY, PAGE_READ_WRITE, PAGE_READ_EXECUTE };

enum page_cache {
	PAGE_CACHED,   // ordinary memory
	PAGE_UNCACHED, // device registers
};

// What a page leads to.
struct page_translation {
	struct physical_address physical;
	enum page_permission permission;
	enum page_cache cache;
	bool owns_frame; // false only for what boot.S mapped
};

struct page_table_region {
	struct virtual_address start;
	size_t page_count;
};

struct page_table_statistics {
	uint64_t table_frames; // tables that were added here and are in use
	uint64_t mapped_pages; // pages that were mapped here and are still mapped
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes over the running tables: checks the contract above (panics where it is broken) and removes the lower half.
// Once, after frame_allocator_start.
void page_table_take_over(void);

// The address ranges that page_allocator is to hand out: 0xFFFFC00000000000 and 0xFFFFFFFFA0000000 on the target.
struct page_table_region page_table_general_region(void);
struct page_table_region page_table_cells_region(void);

// Maps `count` pages at `start` to the frames at `physical` on; the entries now own them. All or nothing.
// STATUS_NO_MEMORY: no frame for a table; nothing is changed. Panics on a page that is mapped already, on an address
// that is not page-aligned, and on a permission or cache mode that does not exist.
MUST_USE enum status page_table_map(struct virtual_address start, struct physical_address physical, size_t count,
	enum page_permission permission, enum page_cache cache);

// Maps `count` pages at `start` to single frames taken from frame_allocator one by one. Their content is what was
// there before. STATUS_NO_MEMORY: not enough frames; everything is given back. Panics as page_table_map.
MUST_USE enum status page_table_map_any(struct virtual_address start, size_t count, enum page_permission permission);

// Changes the permission of `count` mapped pages; no TLB has the old one on return. Panics if one is not mapped.
void page_table_protect(struct virtual_address start, size_t count, enum page_permission permission);

// Takes out `count` pages. The frames they own go back to frame_allocator when no TLB knows the pages any more, and
// tables that became empty with them. Panics if one is not mapped.
void page_table_unmap(struct virtual_address start, size_t count);

// What the page around `address` leads to. STATUS_NOT_FOUND: it is not mapped.
MUST_USE enum status page_table_lookup(struct virtual_address address, struct page_translation *translation);

struct page_table_statistics page_table_statistics(void);

#if __STDC_HOSTED__
// In host tests: `size_bytes` bytes of the physical memory at `start`, to be filled before it is mapped, or looked at
// after. The lowest 64 GiB can be reached.
void *page_table_host_physical(struct physical_address start, size_t size_bytes);
#endif

#ifdef __cplusplus
}
#endif
