// Mapped pages: the only way to reach memory.
//
// Three handle types, one for each thing that may be done with memory: `mapped_pages` may be read, `mapped_pages_mut`
// read and written, `mapped_pages_exec` read and executed. Nothing is ever two of these at once; a change of permission
// moves the pages from one type to another. A handle owns its pages and, through the page-table entries, its frames:
// dropping it unmaps, waits for every TLB, and gives both back.
//
//     OWN(mapped_pages_mut, text);
//     TRY(mapped_pages_mut_allocate(&text, size_bytes, PAGE_REGION_CELLS));
//     bytes_copy(mapped_pages_mut_bytes(&text), code);
//     OWN(mapped_pages_exec, running);
//     mapped_pages_mut_make_executable(&text, &running);     // text is empty from here on
//
// Views (`struct bytes`, typed pointers) are borrows: they end with the handle, or with its next move to another type.
//
// Context: takes the locks of page_table, page_allocator and frame_allocator, one after the other; needs no heap; may
// be called with interrupts off, but large ranges take long. Lock order: see page_table.h.
#pragma once

#include "cells/base/bytes/bytes.h"
#include "cells/memory/address/address.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/page_allocator/page_allocator.h"
#include "cells/memory/page_table/page_table.h"

// `start` is that of the memory, not of its first page; no pages means that the handle is empty.
HANDLE(mapped_pages)
{
	uintptr_t start PRIVATE_OF(mapped_pages);
	size_t size_bytes PRIVATE_OF(mapped_pages);
	size_t page_count PRIVATE_OF(mapped_pages);
};

HANDLE(mapped_pages_mut)
{
	uintptr_t start PRIVATE_OF(mapped_pages);
	size_t size_bytes PRIVATE_OF(mapped_pages);
	size_t page_count PRIVATE_OF(mapped_pages);
};

HANDLE(mapped_pages_exec)
{
	uintptr_t start PRIVATE_OF(mapped_pages);
	size_t size_bytes PRIVATE_OF(mapped_pages);
	size_t page_count PRIVATE_OF(mapped_pages);
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(mapped_pages)
HANDLE_FUNCTIONS(mapped_pages_mut)
HANDLE_FUNCTIONS(mapped_pages_exec)

// Brings memory up, once, from nothing but the boot tables: frame_allocator with `usable` minus `reserved` (see
// frame_allocator_start), page_table (whose contract boot.S fulfils), page_allocator, and the bookkeeping of both
// allocators. After it every function of the memory cells works. In a host test: with any `usable` range, for instance
// 64 MiB at 0x100000, and nothing reserved.
// STATUS_NO_MEMORY: not even the bookkeeping fits. Other failures as for frame_allocator_start.
MUST_USE enum status mapped_pages_start(struct frame_region_array usable, struct frame_region_array reserved);

// Fresh zeroed memory of `size_bytes` bytes at the beginning of a page; the frames need not be contiguous. From 2 MiB
// on it begins at a multiple of that, in large pages, where pages and frames allow. Its owner is PAGE_OWNER_CELL in
// PAGE_REGION_CELLS, else PAGE_OWNER_NOBODY, or the one that _allocate_for names.
// STATUS_NO_MEMORY: not enough frames, table frames or pages; everything is given back. STATUS_BAD_ARGUMENT: size is 0
// or there is no such region. STATUS_OUT_OF_RANGE: the size wraps around when rounded up.
MUST_USE enum status mapped_pages_mut_allocate(struct mapped_pages_mut *out, size_t size_bytes, enum page_region region)
	PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status mapped_pages_mut_allocate_for(struct mapped_pages_mut *out, size_t size_bytes,
	enum page_region region, enum page_owner owner) PRODUCES_IF(STATUS_OK, out);

// Maps exactly these pages to exactly these frames, content as it is. Both handles are empty afterwards, whatever the
// result: on failure pages and frames are free again. STATUS_BAD_ARGUMENT: not as many frames as pages.
// STATUS_NO_MEMORY: no frame for a table.
MUST_USE enum status mapped_pages_map(struct mapped_pages *out, struct allocated_pages *pages,
	struct allocated_frames *frames) PRODUCES_IF(STATUS_OK, out) CONSUMES(pages) CONSUMES(frames);
MUST_USE enum status mapped_pages_mut_map(struct mapped_pages_mut *out, struct allocated_pages *pages,
	struct allocated_frames *frames) PRODUCES_IF(STATUS_OK, out) CONSUMES(pages) CONSUMES(frames);
MUST_USE enum status mapped_pages_exec_map(struct mapped_pages_exec *out, struct allocated_pages *pages,
	struct allocated_frames *frames) PRODUCES_IF(STATUS_OK, out) CONSUMES(pages) CONSUMES(frames);

// Maps exactly these pages to any frames; their content is what was there before. `pages` is empty afterwards, whatever
// the result. STATUS_NO_MEMORY: not enough frames or table frames; the pages are free again.
MUST_USE enum status mapped_pages_mut_map_any(struct mapped_pages_mut *out, struct allocated_pages *pages,
	enum page_owner owner) PRODUCES_IF(STATUS_OK, out) CONSUMES(pages);

// Maps `size_bytes` bytes of reserved physical memory (frame_allocator.h) that begin at `start`, anywhere in a page:
// boot modules and tables of the firmware read-only, registers of devices as `cache` says. STATUS_REFUSED: it is usable
// memory, which belongs to the allocator. STATUS_BUSY: a part of it is mapped already. STATUS_NO_MEMORY,
// STATUS_BAD_ARGUMENT, STATUS_OUT_OF_RANGE: as above.
MUST_USE enum status mapped_pages_map_physical(
	struct mapped_pages *out, struct physical_address start, size_t size_bytes) PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status mapped_pages_mut_map_physical(struct mapped_pages_mut *out, struct physical_address start,
	size_t size_bytes, enum page_cache cache) PRODUCES_IF(STATUS_OK, out);

// Takes over `page_count` pages at `start` that the boot code mapped with just this permission to adjacent frames, as
// page_table_adopt says: an owner like any other from then on, and its frames are given back with it.
// STATUS_REFUSED: one of them is not such a page, or was adopted before. Else as frame_allocator_take_in.
MUST_USE enum status mapped_pages_adopt(struct mapped_pages *out, struct virtual_address start, size_t page_count)
	PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status mapped_pages_mut_adopt(
	struct mapped_pages_mut *out, struct virtual_address start, size_t page_count) PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status mapped_pages_exec_adopt(
	struct mapped_pages_exec *out, struct virtual_address start, size_t page_count) PRODUCES_IF(STATUS_OK, out);

// Changes of permission. They cannot fail, and no processor holds the old permission when they return. Panics while the
// pages are lent (cells/memory/lent_pages), before anything is changed; so does unmapping into parts. What is dropped
// while it is lent stays until its last loan is over.
void mapped_pages_mut_freeze(struct mapped_pages_mut *from, struct mapped_pages *to) CONSUMES(from) PRODUCES(to);
void mapped_pages_mut_make_executable(struct mapped_pages_mut *from, struct mapped_pages_exec *to) CONSUMES(from)
	PRODUCES(to);
void mapped_pages_thaw(struct mapped_pages *from, struct mapped_pages_mut *to) CONSUMES(from) PRODUCES(to);
void mapped_pages_exec_make_mutable(struct mapped_pages_exec *from, struct mapped_pages_mut *to) CONSUMES(from)
	PRODUCES(to);

// Cuts after the first `page_count` pages: `from` keeps them, `rest` gets the others. Panics unless both get at least
// one page. STATUS_NO_MEMORY: the cut lies in a large page, and there is no frame for a table to divide it; nothing is
// changed.
MUST_USE enum status mapped_pages_split(struct mapped_pages *from, size_t page_count, struct mapped_pages *rest)
	BORROWS_MUT(from) PRODUCES_IF(STATUS_OK, rest);
MUST_USE enum status mapped_pages_mut_split(struct mapped_pages_mut *from, size_t page_count,
	struct mapped_pages_mut *rest) BORROWS_MUT(from) PRODUCES_IF(STATUS_OK, rest);
MUST_USE enum status mapped_pages_exec_split(struct mapped_pages_exec *from, size_t page_count,
	struct mapped_pages_exec *rest) BORROWS_MUT(from) PRODUCES_IF(STATUS_OK, rest);

// Joins what split took apart: `next` must begin where `pages` ends, on a page's boundary. Panics otherwise.
void mapped_pages_merge(struct mapped_pages *pages, struct mapped_pages *next) BORROWS_MUT(pages) CONSUMES(next);
void mapped_pages_mut_merge(struct mapped_pages_mut *pages, struct mapped_pages_mut *next) BORROWS_MUT(pages)
	CONSUMES(next);
void mapped_pages_exec_merge(struct mapped_pages_exec *pages, struct mapped_pages_exec *next) BORROWS_MUT(pages)
	CONSUMES(next);

// Unmaps, and hands out what was mapped: the pages, and the frames, which must be adjacent (panics otherwise, before
// anything is changed), as those of _map are.
void mapped_pages_unmap(struct mapped_pages *from, struct allocated_pages *pages, struct unmapped_frames *frames)
	CONSUMES(from) PRODUCES(pages) PRODUCES(frames);
void mapped_pages_mut_unmap(struct mapped_pages_mut *from, struct allocated_pages *pages,
	struct unmapped_frames *frames) CONSUMES(from) PRODUCES(pages) PRODUCES(frames);
void mapped_pages_exec_unmap(struct mapped_pages_exec *from, struct allocated_pages *pages,
	struct unmapped_frames *frames) CONSUMES(from) PRODUCES(pages) PRODUCES(frames);

// For lent_pages: unmaps those of these pages that were dropped while they were lent, and that nobody borrows any more.
void mapped_pages_unmap_left(struct virtual_address start, size_t page_count);

// Says whose the pages are (page_table.h).
void mapped_pages_set_owner(struct mapped_pages *pages, enum page_owner owner) BORROWS_MUT(pages);
void mapped_pages_mut_set_owner(struct mapped_pages_mut *pages, enum page_owner owner) BORROWS_MUT(pages);
void mapped_pages_exec_set_owner(struct mapped_pages_exec *pages, enum page_owner owner) BORROWS_MUT(pages);

// All of the memory that was asked for.
struct bytes mapped_pages_bytes(const struct mapped_pages *pages) BORROWS(pages);
struct bytes_mut mapped_pages_mut_bytes(const struct mapped_pages_mut *pages) BORROWS_MUT(pages);
struct bytes mapped_pages_exec_bytes(const struct mapped_pages_exec *pages) BORROWS(pages);

// How many pages hold it.
size_t mapped_pages_page_count(const struct mapped_pages *pages) BORROWS(pages);
size_t mapped_pages_mut_page_count(const struct mapped_pages_mut *pages) BORROWS(pages);
size_t mapped_pages_exec_page_count(const struct mapped_pages_exec *pages) BORROWS(pages);

uintptr_t mapped_pages_start_address(const struct mapped_pages *pages) BORROWS(pages);
uintptr_t mapped_pages_mut_start_address(const struct mapped_pages_mut *pages) BORROWS(pages);
uintptr_t mapped_pages_exec_start_address(const struct mapped_pages_exec *pages) BORROWS(pages);

// `size_bytes` bytes at `offset_bytes`, to be used as something of that alignment. Panics beyond the end and on a
// misaligned place. Use the macros.
const void *mapped_pages_at(const struct mapped_pages *pages, size_t offset_bytes, size_t size_bytes, size_t alignment)
	BORROWS(pages);
void *mapped_pages_mut_at(const struct mapped_pages_mut *pages, size_t offset_bytes, size_t size_bytes,
	size_t alignment) BORROWS_MUT(pages);
const void *mapped_pages_exec_at(
	const struct mapped_pages_exec *pages, size_t offset_bytes, size_t size_bytes, size_t alignment) BORROWS(pages);

#define MAPPED_PAGES_AS(type, pages, offset_bytes)                                                                     \
	((const type *)mapped_pages_at((pages), (offset_bytes), sizeof(type), _Alignof(type)))
#define MAPPED_PAGES_MUT_AS(type, pages, offset_bytes)                                                                 \
	((type *)mapped_pages_mut_at((pages), (offset_bytes), sizeof(type), _Alignof(type)))

// `count` elements of `type` from `offset_bytes` on, as a slice (SLICE_TYPE(slice, const type) and SLICE_TYPE(slice,
// type)). Checked in the same way.
#define MAPPED_PAGES_SLICE(slice, type, pages, offset_bytes, count)                                                    \
	((struct slice){(const type *)mapped_pages_at(                                                                 \
				(pages), (offset_bytes), mapped_pages_size_of(sizeof(type), (count)), _Alignof(type)), \
		(count)})
#define MAPPED_PAGES_MUT_SLICE(slice, type, pages, offset_bytes, count)                                                \
	((struct slice){(type *)mapped_pages_mut_at(                                                                   \
				(pages), (offset_bytes), mapped_pages_size_of(sizeof(type), (count)), _Alignof(type)), \
		(count)})

// The function of `type` (a typedef of a function, not of a pointer) that begins at `offset_bytes`. Only what may be
// executed is given as a function; kCFI checks its type at every call.
#define MAPPED_PAGES_EXEC_FUNCTION(type, pages, offset_bytes)                                                          \
	((type *)mapped_pages_exec_function((pages), (offset_bytes)))

// Bytes of `count` elements. Panics where that is no size.
size_t mapped_pages_size_of(size_t element_bytes, size_t count);

void *mapped_pages_exec_function(const struct mapped_pages_exec *pages, size_t offset_bytes) BORROWS(pages);

#ifdef __cplusplus
}
#endif
