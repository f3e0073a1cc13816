#include "cells/memory/frame_allocator/frame_allocator.h"

#include "cells/base/panic/panic.h"
#include "cells/memory/frame_allocator/frame_pieces.h"
#include "cells/memory/free_runs/free_runs.h"
#include "cells/sync/spinlock/spinlock.h"

enum { EARLY_RETURNS = 16, PHYSICAL_FRAMES_LOG2 = 40 };

static CELL_STATE_ZERO struct {
	struct spinlock lock;

	struct frame_piece usable_room[FRAME_ALLOCATOR_REGIONS] GUARDED_BY(&lock);
	struct frame_pieces usable GUARDED_BY(&lock);
	struct frame_piece home GUARDED_BY(
		&lock); // the usable piece that was asked for last: the next is often the same
	uint64_t total GUARDED_BY(&lock);

	struct frame_piece claim_room[FRAME_ALLOCATOR_CLAIMS] GUARDED_BY(&lock);
	struct frame_pieces claims GUARDED_BY(&lock);

	// First stage: frames are taken off the end of the last piece of `early`.
	struct frame_piece early_room[FRAME_ALLOCATOR_REGIONS] GUARDED_BY(&lock);
	struct frame_pieces early GUARDED_BY(&lock);
	uint64_t early_returned[EARLY_RETURNS] GUARDED_BY(&lock);
	size_t early_returned_count GUARDED_BY(&lock);

	// Second stage: unit i of the row is frame i.
	bool adopted GUARDED_BY(&lock);
	struct free_runs row GUARDED_BY(&lock);
	uint64_t kept GUARDED_BY(&lock); // frames that were in use when the row began
} frames;

static struct physical_address address_of(uint64_t frame)
{
	return (struct physical_address){frame * PAGE_SIZE_BYTES};
}

static uint64_t frame_of(struct physical_address address)
{
	return address.value / PAGE_SIZE_BYTES;
}

static uint64_t free_frames(void) NEEDS_LOCK(&frames.lock)
{
	if (frames.adopted)
		return free_runs_free_count(&frames.row);
	return frame_pieces_total(&frames.early) + frames.early_returned_count;
}

// The whole frames of a region that may be used, or, where it must not be, every frame that it touches.
static enum status frames_of_region(const struct frame_region *region, bool reserved, struct frame_piece *piece)
{
	uint64_t end;
	TRY(address_range_end(region->start.value, region->size_bytes, &end));
	if (end >> (PHYSICAL_FRAMES_LOG2 + 12))
		return STATUS_BAD_ARGUMENT;
	uint64_t first = region->start.value / PAGE_SIZE_BYTES;
	uint64_t last = end / PAGE_SIZE_BYTES;
	bool cut_at_start = region->start.value % PAGE_SIZE_BYTES != 0;
	bool cut_at_end = end % PAGE_SIZE_BYTES != 0;
	if (!reserved && cut_at_start)
		first++;
	if (reserved && cut_at_end)
		last++;
	*piece = (struct frame_piece){first, last > first ? last - first : 0};
	return STATUS_OK;
}

static enum status collect_usable(struct frame_region_array usable, struct frame_region_array reserved)
	NEEDS_LOCK(&frames.lock)
{
	struct frame_piece piece;
	for (size_t i = 0; i < usable.count; i++) {
		TRY(frames_of_region(&ITEM(usable, i), false, &piece));
		TRY(frame_pieces_add(&frames.usable, piece.first, piece.count));
	}
	for (size_t i = 0; i < reserved.count; i++) {
		TRY(frames_of_region(&ITEM(reserved, i), true, &piece));
		TRY(frame_pieces_remove(&frames.usable, piece.first, piece.count));
	}
	// Address 0 stays what a null pointer leads to.
	return frame_pieces_remove(&frames.usable, 0, 1);
}

enum status frame_allocator_start(struct frame_region_array usable, struct frame_region_array reserved)
{
	GUARD(&frames.lock);
	if (frames.total != 0 && (free_frames() + frames.kept < frames.total || frames.claims.used != 0))
		panic("frame_allocator: %llu of %llu frames are still out at a new start",
			(unsigned long long)(frames.total - free_frames()), (unsigned long long)frames.total);

	frames.usable = (struct frame_pieces){SLICE_OF(frame_piece_array, frames.usable_room), 0};
	frames.claims = (struct frame_pieces){SLICE_OF(frame_piece_array, frames.claim_room), 0};
	frames.early = (struct frame_pieces){SLICE_OF(frame_piece_array, frames.early_room), 0};
	frames.early_returned_count = 0;
	frames.adopted = false;
	frames.kept = 0;
	frames.total = 0;
	frames.home = (struct frame_piece){0, 0};
	TRY(collect_usable(usable, reserved));
	if (frames.usable.used == 0)
		return STATUS_BAD_ARGUMENT;
	for (size_t i = 0; i < frames.usable.used; i++)
		ITEM(frames.early.array, i) = ITEM(frames.usable.array, i);
	frames.early.used = frames.usable.used;
	frames.total = frame_pieces_total(&frames.usable);
	return STATUS_OK;
}

// Frames from 0 to the end of the last usable piece.
static size_t row_length(void) NEEDS_LOCK(&frames.lock)
{
	if (frames.usable.used == 0)
		panic("frame_allocator: not started");
	struct frame_piece last = ITEM(frames.usable.array, frames.usable.used - 1);
	return last.first + last.count;
}

size_t frame_allocator_bookkeeping_bytes(void)
{
	GUARD(&frames.lock);
	return free_runs_memory_bytes(row_length());
}

void frame_allocator_adopt(struct bytes_mut bookkeeping)
{
	GUARD(&frames.lock);
	if (frames.adopted)
		panic("frame_allocator: bookkeeping was adopted before");
	free_runs_start(&frames.row, row_length(), bookkeeping);
	for (size_t i = 0; i < frames.early.used; i++) {
		struct frame_piece piece = ITEM(frames.early.array, i);
		free_runs_give(&frames.row, piece.first, piece.count);
	}
	for (size_t i = 0; i < frames.early_returned_count; i++)
		free_runs_give(&frames.row, AT(frames.early_returned, i), 1);
	frames.adopted = true;
	frames.kept = frames.total - free_runs_free_count(&frames.row);
}

static enum status allocate_early(uint64_t *frame) NEEDS_LOCK(&frames.lock)
{
	if (frames.early_returned_count > 0) {
		*frame = AT(frames.early_returned, --frames.early_returned_count);
		return STATUS_OK;
	}
	if (frames.early.used == 0)
		return STATUS_NO_MEMORY;
	struct frame_piece *last = &ITEM(frames.early.array, frames.early.used - 1);
	last->count--;
	*frame = last->first + last->count;
	if (last->count == 0)
		frames.early.used--;
	return STATUS_OK;
}

enum status frame_allocator_allocate(struct allocated_frames *out, struct frame_request request)
{
	size_t count = request.count ? request.count : 1;
	size_t alignment = request.alignment_frames ? request.alignment_frames : 1;
	uint64_t from = (request.from.value + PAGE_SIZE_BYTES - 1) / PAGE_SIZE_BYTES;
	uint64_t to = request.to.value ? frame_of(request.to) : UINT64_MAX;
	if ((alignment & (alignment - 1)) != 0 || from >= to)
		return STATUS_BAD_ARGUMENT;

	bool any_single = count == 1 && alignment == 1 && from == 0 && to == UINT64_MAX;
	GUARD(&frames.lock);
	uint64_t frame;
	if (frames.adopted && any_single) {
		TRY(free_runs_take_single(&frames.row, &frame));
	} else if (frames.adopted) {
		TRY(free_runs_take(&frames.row, (struct free_runs_wish){count, alignment, from, to}, &frame));
	} else {
		if (!any_single)
			return STATUS_UNSUPPORTED;
		TRY(allocate_early(&frame));
	}
	allocated_frames_fill(out, (struct allocated_frames){address_of(frame), count});
	return STATUS_OK;
}

enum status frame_allocator_allocate_some(struct allocated_frames *out, size_t at_most)
{
	if (at_most == 0)
		return STATUS_BAD_ARGUMENT;
	GUARD(&frames.lock);
	uint64_t frame;
	size_t count = 1;
	if (__builtin_expect(!frames.adopted, 0))
		TRY(allocate_early(&frame));
	else if (at_most == 1)
		TRY(free_runs_take_single(&frames.row, &frame));
	else
		TRY(free_runs_take_some(&frames.row, at_most, &frame, &count));
	allocated_frames_fill(out, (struct allocated_frames){address_of(frame), count});
	return STATUS_OK;
}

// The frames of a call that names them.
static enum status named_frames(struct physical_address start, size_t count, struct frame_piece *piece)
{
	if (count == 0 || start.value % PAGE_SIZE_BYTES != 0)
		return STATUS_BAD_ARGUMENT;
	uint64_t first = frame_of(start);
	if (first >> PHYSICAL_FRAMES_LOG2 || count > (1ull << PHYSICAL_FRAMES_LOG2) - first)
		return STATUS_BAD_ARGUMENT;
	*piece = (struct frame_piece){first, count};
	return STATUS_OK;
}

enum status frame_allocator_allocate_at(struct allocated_frames *out, struct physical_address start, size_t count)
{
	struct frame_piece piece;
	TRY(named_frames(start, count, &piece));
	GUARD(&frames.lock);
	if (!frames.adopted)
		return STATUS_UNSUPPORTED;
	if (!frame_pieces_contain(&frames.usable, piece.first, piece.count))
		return STATUS_NOT_FOUND;
	TRY(free_runs_take_at(&frames.row, piece.first, piece.count));
	allocated_frames_fill(out, (struct allocated_frames){start, count});
	return STATUS_OK;
}

// The same, if they are reserved and nobody's.
static enum status unclaimed_frames(struct physical_address start, size_t count, struct frame_piece *piece)
	NEEDS_LOCK(&frames.lock)
{
	TRY(named_frames(start, count, piece));
	if (frame_pieces_touch(&frames.usable, piece->first, piece->count))
		return STATUS_REFUSED;
	if (frame_pieces_touch(&frames.claims, piece->first, piece->count))
		return STATUS_BUSY;
	return STATUS_OK;
}

enum status frame_allocator_claim(struct allocated_frames *out, struct physical_address start, size_t count)
{
	struct frame_piece piece;
	GUARD(&frames.lock);
	TRY(unclaimed_frames(start, count, &piece));
	TRY(frame_pieces_add(&frames.claims, piece.first, piece.count));
	allocated_frames_fill(out, (struct allocated_frames){start, count});
	return STATUS_OK;
}

enum status frame_allocator_take_in(struct allocated_frames *out, struct physical_address start, size_t count)
{
	struct frame_piece piece;
	GUARD(&frames.lock);
	TRY(unclaimed_frames(start, count, &piece));
	if (piece.first + piece.count > row_length())
		return STATUS_OUT_OF_RANGE;
	TRY(frame_pieces_add(&frames.usable, piece.first, piece.count));
	frames.total += piece.count;
	allocated_frames_fill(out, (struct allocated_frames){start, count});
	return STATUS_OK;
}

struct physical_address allocated_frames_start(const struct allocated_frames *handle)
{
	return handle->start;
}

size_t allocated_frames_count(const struct allocated_frames *handle)
{
	return handle->count;
}

void frame_allocator_split(struct allocated_frames *from, size_t count, struct allocated_frames *head)
{
	if (count == 0 || count >= from->count)
		panic("frame_allocator: cannot split %zu frames off %zu", count, from->count);
	allocated_frames_fill(head, (struct allocated_frames){from->start, count});
	from->start.value += count * PAGE_SIZE_BYTES;
	from->count -= count;
}

void frame_allocator_merge(struct allocated_frames *handle, struct allocated_frames *next)
{
	uint64_t end = handle->start.value + handle->count * PAGE_SIZE_BYTES;
	if (next->start.value != end)
		panic("frame_allocator: frames at 0x%llx do not begin where the others end, at 0x%llx",
			(unsigned long long)next->start.value, (unsigned long long)end);
	handle->count += next->count;
	allocated_frames_forget(next);
}

void frame_allocator_into_mapping(struct allocated_frames *handle)
{
	allocated_frames_forget(handle);
}

void frame_allocator_from_mapping(struct unmapped_frames *out, struct physical_address start, size_t count)
{
	unmapped_frames_fill(out, (struct unmapped_frames){start, count});
}

struct physical_address unmapped_frames_start(const struct unmapped_frames *handle)
{
	return handle->start;
}

size_t unmapped_frames_count(const struct unmapped_frames *handle)
{
	return handle->count;
}

void frame_allocator_reuse(struct unmapped_frames *from, struct allocated_frames *to)
{
	allocated_frames_fill(to, (struct allocated_frames){from->start, from->count});
	unmapped_frames_forget(from);
}

static bool is_usable(uint64_t first, uint64_t count) NEEDS_LOCK(&frames.lock)
{
	if (first >= frames.home.first && first + count <= frames.home.first + frames.home.count)
		return true;
	size_t index;
	if (!frame_pieces_find(&frames.usable, first, &index))
		return false;
	frames.home = ITEM(frames.usable.array, index);
	return first + count <= frames.home.first + frames.home.count;
}

static void give_back(struct physical_address start, size_t count)
{
	uint64_t first = frame_of(start);
	GUARD(&frames.lock);
	if (__builtin_expect(!is_usable(first, count), 0)) {
		if (!frame_pieces_contain(&frames.claims, first, count))
			panic("frame_allocator: %zu frames at 0x%llx were given back, but had no owner", count,
				(unsigned long long)start.value);
		if (frame_pieces_remove(&frames.claims, first, count))
			panic("frame_allocator: too many claims to split one");
	} else if (frames.adopted) {
		free_runs_give(&frames.row, first, count);
	} else {
		AT(frames.early_returned, frames.early_returned_count) = first;
		frames.early_returned_count++;
	}
}

void allocated_frames_release(struct allocated_frames *handle)
{
	if (handle->count == 0)
		return;
	give_back(handle->start, handle->count);
	handle->count = 0;
	handle->start.value = 0;
}

void unmapped_frames_release(struct unmapped_frames *handle)
{
	if (handle->count == 0)
		return;
	give_back(handle->start, handle->count);
	handle->count = 0;
	handle->start.value = 0;
}

struct frame_statistics frame_allocator_statistics(void)
{
	GUARD(&frames.lock);
	return (struct frame_statistics){
		.total_frames = frames.total,
		.free_frames = free_frames(),
		.claimed_frames = frame_pieces_total(&frames.claims),
	};
}
