// Frames: who owns which 4-KiB piece of physical memory.
//
// A frame goes round one circle, and each station has a type of its own:
//
//     free ──allocate──▶ allocated_frames ──into_mapping──▶ (a page-table entry owns it)
//       ▲                     │      ▲                                  │ from_mapping
//       └────────drop─────────┘      └──────────reuse──────────  unmapped_frames ──drop──▶ free
//
// `allocated_frames` and `unmapped_frames` are handles: moved, never copied, given back when dropped. While a frame is
// mapped, the page-table entry itself is the owner (a bit in it says so) and no list anywhere needs to remember it.
// `unmapped_frames` are made only by whoever has taken the entry out and finished the TLB shootdown.
//
// Usable memory is declared at start; everything else (devices, boot modules, the image of nano_core) is *reserved*: a
// range of it can be claimed by one owner at a time, through the same handle type, so that a device's registers or the
// archive are also mapped at most once.
//
// The allocator works in two stages. From frame_allocator_start on, single frames come from a bump pointer; that is
// enough to map the bookkeeping (frame_allocator_bookkeeping_bytes), which frame_allocator_adopt then takes over. From
// there on every operation is there, at O(log n) of the machine's size; taking and giving back single frames is O(1).
// Adjacent free frames are one run at once: the bookkeeping has no other notion of a run.
//
// Context: allocates nothing; takes one spinlock (a leaf: nothing else is ever locked while it is held); may be called
// with interrupts off. Lock order, outermost first: heap, page_table, page_allocator, frame_allocator.
#pragma once

#include "cells/base/bytes/bytes.h"
#include "cells/memory/address/address.h"

enum { FRAME_ALLOCATOR_REGIONS = 128, FRAME_ALLOCATOR_CLAIMS = 64 };

// A piece of usable memory, as the boot information has it. Partial frames at its ends are left out.
struct frame_region {
	struct physical_address start;
	uint64_t size_bytes;
};

SLICE_TYPE(frame_region_array, const struct frame_region);

HANDLE(allocated_frames)
{
	struct physical_address start PRIVATE_OF(frame_allocator);
	size_t count PRIVATE_OF(frame_allocator); // 0: empty
};

// Frames just taken out of page-table entries.
HANDLE(unmapped_frames)
{
	struct physical_address start PRIVATE_OF(frame_allocator);
	size_t count PRIVATE_OF(frame_allocator); // 0: empty
};

// Where frames may come from. {} means: any `count` frames.
struct frame_request {
	size_t count;                 // contiguous frames; 0 counts as 1
	size_t alignment_frames;      // a power of two; 0 counts as 1
	struct physical_address from; // no frame below this
	struct physical_address to;   // no frame at or beyond this; 0: no limit
};

struct frame_statistics {
	uint64_t total_frames;   // usable frames of the machine
	uint64_t free_frames;    // of those, in nobody's hands
	uint64_t claimed_frames; // reserved frames that have an owner
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(allocated_frames)
HANDLE_FUNCTIONS(unmapped_frames)

// Begins with `usable` as the usable memory of the machine, in any order; overlaps count once. What must stay untouched
// (the image, boot modules, the boot record) is named in `reserved`, and is cut out in whole frames, as is frame 0.
// A later call begins anew; it panics unless as many frames are free as when the first stage ended.
// STATUS_BAD_ARGUMENT: no usable frame is left, or a region ends beyond the physical address space.
// STATUS_OUT_OF_RANGE: a region wraps around. STATUS_NO_MEMORY: more than FRAME_ALLOCATOR_REGIONS separate pieces.
MUST_USE enum status frame_allocator_start(struct frame_region_array usable, struct frame_region_array reserved);

// Bytes of bookkeeping that this machine needs.
size_t frame_allocator_bookkeeping_bytes(void);

// Takes over zeroed, page-aligned memory of at least that size, for ever, and ends the first stage.
// Panics if the memory is too small, or on a second call.
void frame_allocator_adopt(struct bytes_mut bookkeeping);

// Any frames that satisfy `request`.
// STATUS_NO_MEMORY: no free run does. STATUS_BAD_ARGUMENT: alignment is not a power of two, or `from` is not below
// `to`. In the first stage only single frames without wishes are to be had: STATUS_UNSUPPORTED otherwise.
MUST_USE enum status frame_allocator_allocate(struct allocated_frames *frames, struct frame_request request)
	PRODUCES_IF(STATUS_OK, frames);

// A run of frames, wherever: `at_most` of them if there is such a run, else as many as there are in one. For whoever
// needs many frames and not their neighbourhood, with one lock for each run. STATUS_NO_MEMORY: no frame is free.
// STATUS_BAD_ARGUMENT: `at_most` is 0.
MUST_USE enum status frame_allocator_allocate_some(struct allocated_frames *frames, size_t at_most)
	PRODUCES_IF(STATUS_OK, frames);

// The `count` frames at `start`.
// STATUS_BUSY: one of them is in use. STATUS_NOT_FOUND: one of them is not usable memory. STATUS_BAD_ARGUMENT: `start`
// is not frame-aligned, or `count` is 0. STATUS_UNSUPPORTED: first stage.
MUST_USE enum status frame_allocator_allocate_at(
	struct allocated_frames *frames, struct physical_address start, size_t count) PRODUCES_IF(STATUS_OK, frames);

// Claims `count` frames of reserved memory at `start`, until they are given back.
// STATUS_REFUSED: one of them is usable memory. STATUS_BUSY: one of them has an owner. STATUS_NO_MEMORY: more than
// FRAME_ALLOCATOR_CLAIMS separate claims. STATUS_BAD_ARGUMENT: as above, or beyond the physical address space.
MUST_USE enum status frame_allocator_claim(struct allocated_frames *frames, struct physical_address start, size_t count)
	PRODUCES_IF(STATUS_OK, frames);

// Reserved frames become usable memory, in the hands of the caller: what the boot code used and needs no more. They
// count in total_frames from then on, and are free like any others when they are given back.
// STATUS_REFUSED: one of them is usable memory already. STATUS_BUSY: one of them is claimed. STATUS_OUT_OF_RANGE:
// beyond what the bookkeeping knows of. STATUS_NO_MEMORY: FRAME_ALLOCATOR_REGIONS pieces. STATUS_BAD_ARGUMENT: as
// above.
MUST_USE enum status frame_allocator_take_in(
	struct allocated_frames *frames, struct physical_address start, size_t count) PRODUCES_IF(STATUS_OK, frames);

struct physical_address allocated_frames_start(const struct allocated_frames *frames) BORROWS(frames);
size_t allocated_frames_count(const struct allocated_frames *frames) BORROWS(frames);

// Moves the first `count` frames of `from` to `head`; `from` keeps the rest. Panics unless 0 < count < its count.
void frame_allocator_split(struct allocated_frames *from, size_t count, struct allocated_frames *head) BORROWS_MUT(from)
	PRODUCES(head);

// Joins what belongs together: `next` must begin where `frames` ends. Panics otherwise.
void frame_allocator_merge(struct allocated_frames *frames, struct allocated_frames *next) BORROWS_MUT(frames)
	CONSUMES(next);

// The frames now belong to page-table entries that the caller is about to write, or has just written.
void frame_allocator_into_mapping(struct allocated_frames *frames) CONSUMES(frames);

// The frames come back from page-table entries that are gone from memory and from every TLB. For page_table only: a
// frame that was not mapped panics when it is given back.
void frame_allocator_from_mapping(struct unmapped_frames *frames, struct physical_address start, size_t count)
	PRODUCES(frames);

struct physical_address unmapped_frames_start(const struct unmapped_frames *frames) BORROWS(frames);
size_t unmapped_frames_count(const struct unmapped_frames *frames) BORROWS(frames);

// Unmapped frames to be mapped again, without being free in between.
void frame_allocator_reuse(struct unmapped_frames *from, struct allocated_frames *to) CONSUMES(from) PRODUCES(to);

struct frame_statistics frame_allocator_statistics(void);

#ifdef __cplusplus
}
#endif
