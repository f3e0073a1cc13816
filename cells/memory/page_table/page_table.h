// The page table: which page leads to which frame, with what permission.
//
// One four-level table for the one address space, edited through its own recursive entry (PML4[510]), since there is no
// direct map of physical memory. Every entry written here owns its frame, and says so in a software bit. A permission
// is one of three values, so that writable and executable at once cannot be said, and is never true at any instant.
//
// Where page and frame begin at a multiple of 2 MiB and enough follow, one entry leads to 512 frames at once. Such a
// large page is one for whoever uses the memory, too: ranges that are unmapped or get another permission hold it whole.
// page_table_cut divides it where a range is to end within it, and is the only one of those that can fail.
//
// A page can be lent: the entry counts its borrowers, and until it is none a change of the page panics.
//
// Contract with the boot code (nano_core/boot.S), which builds the first tables and turns paging on:
//   - PML4[510] leads to the PML4 itself, present and writable, no-execute set or not;
//   - EFER.NXE and CR0.WP are on, CR4.PKE is off; no entry is writable and executable, nor of 2 MiB or 1 GiB;
//   - PML4[511] maps the image at 0xFFFFFFFF80000000 + physical, and the state of its cells at the beginning of the
//   cells
//     region; nothing else of the upper half is mapped;
//   - PML4[0] may map the one page that boot.S turned paging on from: page_table_take_over takes it out;
//   - the frames of the first tables and of the image are `reserved` to frame_allocator_start: page_table_take_over
//     takes those of tables in, and gives back the empty ones; page_table_adopt takes in those of pages.
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

#include "cells/base/text/text.h"
#include "cells/memory/address/address.h"
#include "cells/memory/frame_allocator/frame_allocator.h"

enum page_permission { PAGE_READ_ONLY, PAGE_READ_WRITE, PAGE_READ_EXECUTE };

enum page_cache {
	PAGE_CACHED,   // ordinary memory
	PAGE_UNCACHED, // device registers
};

// Whose page it is, for whoever looks at the whole address space. Kept in the entry.
enum page_owner {
	PAGE_OWNER_NOBODY,    // of whoever has the handle
	PAGE_OWNER_CELL,      // a section of a loaded cell; the registry knows which
	PAGE_OWNER_HEAP,      // objects, and what the heap knows of them
	PAGE_OWNER_STACK,     // of a task or a processor; stack_pool knows whose
	PAGE_OWNER_ALLOCATOR, // the bookkeeping of frames and pages
	PAGE_OWNER_ARCHIVE,   // the cells as the boot loader brought them
	PAGE_OWNER_DEVICE,    // registers and memory of devices, tables of the firmware; device_memory knows whose
	PAGE_OWNER_PROCESSOR, // GDT, IDT, TSS, what belongs to one processor
	PAGE_OWNER_TRAMPOLINE,
	PAGE_OWNER_TABLE,
	PAGE_OWNER_UNWINDER, // the sorted index of frames
	PAGE_OWNER_IMAGE,    // the image as the boot code mapped it, until it is adopted for something else
	PAGE_OWNER_COUNT_
};

enum { PAGE_TABLE_LOANS_MAX = 63, PAGE_TABLE_PAGES_PER_LARGE = LARGE_PAGE_SIZE_BYTES / PAGE_SIZE_BYTES };

struct page_attributes {
	enum page_permission permission;
	enum page_cache cache;
	enum page_owner owner;
};

// What a page leads to.
struct page_translation {
	struct physical_address physical;
	struct page_attributes attributes;
	unsigned loans;  // how often it is lent
	bool owns_frame; // false only for what boot.S mapped and nobody adopted
	bool large;
};

// Adjacent pages with the same attributes.
struct page_range {
	struct virtual_address start;
	size_t page_count;
	struct page_attributes attributes;
	bool owns_frames;
};

struct page_table_region {
	struct virtual_address start;
	size_t page_count;
};

struct page_table_statistics {
	uint64_t table_frames; // tables that can be given back, or would be if they were empty
	uint64_t mapped_pages; // pages of 4 KiB that were mapped or adopted here and are still mapped
	uint64_t large_pages;  // large ones among them; 512 of mapped_pages each
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes over the running tables: checks the contract above (panics where it is broken), removes the lower half, and
// counts what is in the tables. Once, after frame_allocator_start.
void page_table_take_over(void);

// The address ranges that page_allocator is to hand out: 0xFFFFC00000000000 and 0xFFFFFFFFA0000000 on the target. And
// the one that the image stands in, which is as long as what is mapped there (none on the host).
struct page_table_region page_table_general_region(void);
struct page_table_region page_table_cells_region(void);
struct page_table_region page_table_image_region(void);

// Maps pages from `start` on to `frames`, as many as there are; the entries now own them, content as it is.
// STATUS_NO_MEMORY: no frame for a table; nothing is changed, and the frames go back to frame_allocator. Before
// anything is changed it panics on a page that is mapped already, on an address that is not page-aligned, and on an
// attribute that does not exist.
MUST_USE enum status page_table_map(struct virtual_address start, struct allocated_frames *frames,
	struct page_attributes attributes) CONSUMES(frames);

// Maps `count` pages at `start` to any frames, taken from frame_allocator in runs as long as it has them. Their content
// is what was there before. STATUS_NO_MEMORY: not enough frames, even after page_table_set_reclaimer's function has
// run; everything is given back. Panics as page_table_map.
MUST_USE enum status page_table_map_any(struct virtual_address start, size_t count, struct page_attributes attributes);

// `count` pages at `start` that the boot code mapped, all with this permission and to adjacent frames, become pages
// like any others, of PAGE_OWNER_IMAGE: their frames, reserved until then, are usable memory and owned by the entries.
// STATUS_REFUSED: one of them is not such a page. Else as frame_allocator_take_in; nothing is changed then.
MUST_USE enum status page_table_adopt(struct virtual_address start, size_t count, enum page_permission permission);

// The functions from here on panic, before anything is changed, if one of the pages is not mapped, is lent, or is part
// of a large page that is not wholly in the range.

// Changes the permission of `count` pages; no TLB has the old one on return.
void page_table_protect(struct virtual_address start, size_t count, enum page_permission permission);

// Takes out `count` pages. The frames they own go back to frame_allocator when no TLB knows the pages any more, and
// tables that became empty with them.
void page_table_unmap(struct virtual_address start, size_t count);

// The same, but pages that are lent are left to their borrowers: if there is one among them, it is false, nothing is
// unmapped yet, and what nobody borrows any more is to be taken with page_table_take_left; now, and when a loan is
// over.
bool page_table_let_go(struct virtual_address start, size_t count);

// Of these pages, the first run of those that were left to borrowers and are no longer lent: they are the caller's, who
// unmaps them. False: there are none. From any processor at any time; pages that are not mapped any more are left out.
bool page_table_take_left(struct virtual_address start, size_t count, struct page_table_region *run);

// As page_table_unmap, but the frames, which must be adjacent (panics otherwise), come back in a handle.
void page_table_unmap_to(struct virtual_address start, size_t count, struct unmapped_frames *frames) PRODUCES(frames);

void page_table_set_owner(struct virtual_address start, size_t count, enum page_owner owner);

// Sees to it that no large page reaches across `start`. STATUS_NO_MEMORY: no frame for a table; nothing is changed.
MUST_USE enum status page_table_cut(struct virtual_address start);

// Lends `count` pages once more, and takes one loan back (panics if there is none). From any processor at any time.
// STATUS_BUSY: one of them is lent PAGE_TABLE_LOANS_MAX times.
MUST_USE enum status page_table_lend(struct virtual_address start, size_t count);
void page_table_end_loan(struct virtual_address start, size_t count);

// What the page around `address` leads to. STATUS_NOT_FOUND: it is not mapped.
MUST_USE enum status page_table_lookup(struct virtual_address address, struct page_translation *translation);

// The first range of mapped pages that ends behind `from`, cut off at `from`; the tables themselves and the window to
// them are left out. Go on at the range's end to see all there is; what others change meanwhile may be seen or not.
// STATUS_NOT_FOUND: nothing is mapped from there on.
MUST_USE enum status page_table_next(struct virtual_address from, struct page_range *range);

// What an owner is called: the name of the cell that has the pages, or that knows who does.
struct text page_owner_name(enum page_owner owner);

struct page_table_statistics page_table_statistics(void);

// ---- Other processors, and memory that somebody could do without ----

// Tells every other processor to forget what it knows of `page_count` pages at `address`, or, if `page_count` is 0, of
// all pages and tables; on return they have. It is called with interrupts off, maybe under spinlocks that another
// processor waits for with interrupts off, too; this processor has forgotten already.
typedef void page_table_shootdown(uint64_t address, size_t page_count);

// Whoever starts other processors says how they are told, before the first one runs. Null: there are none.
void page_table_set_shootdown(page_table_shootdown *shootdown, const char *holder);

// Gives back memory that is kept only to be had again at once.
typedef void page_table_reclaimer(void);

// It is called, once, when there is no frame left for page_table_map_any, which tries again after it: with whatever
// locks the caller has. Null: nobody.
void page_table_set_reclaimer(page_table_reclaimer *reclaimer, const char *holder);

#if __STDC_HOSTED__
// In host tests: `size_bytes` bytes of the physical memory at `start`, to be filled before it is mapped, or looked at
// after. The lowest 64 GiB can be reached.
void *page_table_host_physical(struct physical_address start, size_t size_bytes);

// In host tests, before page_table_take_over: maps pages as the boot code does, with tables in the three frames at
// `tables` (reserved memory). All of the pages lie in one table.
void page_table_host_boot_map(struct virtual_address start, struct physical_address physical, size_t count,
	enum page_permission permission, struct physical_address tables);

// In host tests: `watch` is called whenever processors are told to forget something, before they are told. Null: not.
void page_table_host_watch(void (*watch)(void *context), void *context);
#endif

#ifdef __cplusplus
}
#endif
