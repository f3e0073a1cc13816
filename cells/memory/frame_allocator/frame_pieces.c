#include "cells/memory/frame_allocator/frame_pieces.h"

static uint64_t end_of(struct frame_piece piece)
{
	return piece.first + piece.count;
}

// The first piece that ends behind `frame`; `used` if all end before.
static size_t first_ending_after(const struct frame_pieces *pieces, uint64_t frame)
{
	size_t low = 0;
	size_t high = pieces->used;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (end_of(ITEM(pieces->array, middle)) > frame)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool frame_pieces_find(const struct frame_pieces *pieces, uint64_t frame, size_t *index)
{
	size_t candidate = first_ending_after(pieces, frame);
	if (candidate == pieces->used || ITEM(pieces->array, candidate).first > frame)
		return false;
	*index = candidate;
	return true;
}

bool frame_pieces_touch(const struct frame_pieces *pieces, uint64_t first, uint64_t count)
{
	size_t candidate = first_ending_after(pieces, first);
	return candidate < pieces->used && ITEM(pieces->array, candidate).first < first + count;
}

bool frame_pieces_contain(const struct frame_pieces *pieces, uint64_t first, uint64_t count)
{
	size_t index;
	return frame_pieces_find(pieces, first, &index) && first + count <= end_of(ITEM(pieces->array, index));
}

// Replaces the pieces `from` to `to` (exclusive) by the ones in `by`.
static enum status replace(struct frame_pieces *pieces, size_t from, size_t to, struct frame_piece_array by)
{
	size_t used = pieces->used - (to - from) + by.count;
	if (used > pieces->array.count)
		return STATUS_NO_MEMORY;
	if (used > pieces->used) {
		for (size_t i = pieces->used; i > to; i--)
			ITEM(pieces->array, i - 1 + (used - pieces->used)) = ITEM(pieces->array, i - 1);
	} else {
		for (size_t i = to; i < pieces->used; i++)
			ITEM(pieces->array, i - (pieces->used - used)) = ITEM(pieces->array, i);
	}
	for (size_t i = 0; i < by.count; i++)
		ITEM(pieces->array, from + i) = ITEM(by, i);
	pieces->used = used;
	return STATUS_OK;
}

enum status frame_pieces_add(struct frame_pieces *pieces, uint64_t first, uint64_t count)
{
	if (count == 0)
		return STATUS_OK;
	uint64_t end = first + count;
	size_t from = first == 0 ? 0 : first_ending_after(pieces, first - 1);
	size_t to = from;
	for (; to < pieces->used && ITEM(pieces->array, to).first <= end; to++) {
		struct frame_piece touched = ITEM(pieces->array, to);
		if (touched.first < first)
			first = touched.first;
		if (end_of(touched) > end)
			end = end_of(touched);
	}
	struct frame_piece joined[] = {{first, end - first}};
	return replace(pieces, from, to, (struct frame_piece_array)SLICE_OF(frame_piece_array, joined));
}

enum status frame_pieces_remove(struct frame_pieces *pieces, uint64_t first, uint64_t count)
{
	if (count == 0)
		return STATUS_OK;
	uint64_t end = first + count;
	size_t from = first_ending_after(pieces, first);
	size_t to = from;
	struct frame_piece rest[2];
	size_t rest_count = 0;
	for (; to < pieces->used && ITEM(pieces->array, to).first < end; to++) {
		struct frame_piece cut = ITEM(pieces->array, to);
		if (cut.first < first)
			AT(rest, rest_count++) = (struct frame_piece){cut.first, first - cut.first};
		if (end_of(cut) > end)
			AT(rest, rest_count++) = (struct frame_piece){end, end_of(cut) - end};
	}
	return replace(pieces, from, to, (struct frame_piece_array){rest, rest_count});
}

uint64_t frame_pieces_total(const struct frame_pieces *pieces)
{
	uint64_t total = 0;
	for (size_t i = 0; i < pieces->used; i++)
		total += ITEM(pieces->array, i).count;
	return total;
}
