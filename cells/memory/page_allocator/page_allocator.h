// Pages: who owns which 4-KiB piece of the address space.
//
// PAGE_REGION_CELLS lies within the top 2 GiB, where code compiled with -mcmodel=kernel can be placed; in
// PAGE_REGION_IMAGE stands what the boot code mapped; PAGE_REGION_GENERAL is for everything else. A page goes round the
// same circle as a frame: free, allocated (a handle), mapped (the mapping owns it), free.
//
// Like frame_allocator it works in two stages: from page_allocator_start on, runs come from a bump pointer, enough to
// map the bookkeeping that page_allocator_adopt takes over.
//
// Context: allocates nothing; takes one spinlock; may be called with interrupts off. Lock order, outermost first: heap,
// page_table, page_allocator, frame_allocator (page_allocator holds no other lock while it holds its own).
#pragma once

#include "cells/base/bytes/bytes.h"
#include "cells/memory/address/address.h"

enum page_region { PAGE_REGION_GENERAL, PAGE_REGION_CELLS, PAGE_REGION_IMAGE, PAGE_REGION_COUNT_ };

HANDLE(allocated_pages)
{
	struct virtual_address start PRIVATE_OF(page_allocator);
	size_t count PRIVATE_OF(page_allocator); // 0: empty
};

// Which pages are wanted. {} means: any page of PAGE_REGION_GENERAL.
struct page_request {
	enum page_region region;
	size_t count;                // contiguous pages; 0 counts as 1
	size_t alignment_pages;      // a power of two; 0 counts as 1
	struct virtual_address from; // no page below this
	struct virtual_address to;   // no page at or beyond this; 0: no limit
};

struct page_statistics {
	uint64_t total_pages;
	uint64_t free_pages;
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(allocated_pages)

// `page_count` pages from `start` on are `region`; what it was before is forgotten. Panics on an address that is not
// page-aligned, and if pages of an earlier start are still out.
void page_allocator_start(enum page_region region, struct virtual_address start, size_t page_count);

// Bytes of bookkeeping for `region`, and their take-over: zeroed and page-aligned, for ever.
size_t page_allocator_bookkeeping_bytes(enum page_region region);
void page_allocator_adopt(enum page_region region, struct bytes_mut bookkeeping);

// Any pages that satisfy `request`.
// STATUS_NO_MEMORY: no free run does. STATUS_BAD_ARGUMENT: no such region, or alignment not a power of two or more than
// that of the region's start, or `from` not below `to`. STATUS_UNSUPPORTED: first stage, with an alignment or a range.
MUST_USE enum status page_allocator_allocate(struct allocated_pages *pages, struct page_request request)
	PRODUCES_IF(STATUS_OK, pages);

// The `count` pages at `start`.
// STATUS_BUSY: one of them is in use. STATUS_NOT_FOUND: they are not within one region. STATUS_BAD_ARGUMENT: `start` is
// not page-aligned, or `count` is 0. STATUS_UNSUPPORTED: first stage.
MUST_USE enum status page_allocator_allocate_at(
	struct allocated_pages *pages, struct virtual_address start, size_t count) PRODUCES_IF(STATUS_OK, pages);

struct virtual_address allocated_pages_start(const struct allocated_pages *pages) BORROWS(pages);
size_t allocated_pages_count(const struct allocated_pages *pages) BORROWS(pages);

// Moves the first `count` pages of `from` to `head`; `from` keeps the rest. Panics unless 0 < count < its count.
void page_allocator_split(struct allocated_pages *from, size_t count, struct allocated_pages *head) BORROWS_MUT(from)
	PRODUCES(head);

// Joins what belongs together: `next` must begin where `pages` ends, in the same region. Panics otherwise.
void page_allocator_merge(struct allocated_pages *pages, struct allocated_pages *next) BORROWS_MUT(pages)
	CONSUMES(next);

// The pages now belong to a mapping; page_allocator_from_mapping takes them back when that is gone from every TLB.
void page_allocator_into_mapping(struct allocated_pages *pages) CONSUMES(pages);
void page_allocator_from_mapping(struct allocated_pages *pages, struct virtual_address start, size_t count)
	PRODUCES(pages);

struct page_statistics page_allocator_statistics(enum page_region region);

#ifdef __cplusplus
}
#endif
