// Sorted, disjoint pieces of physical memory, in frames: usable memory, and claims on reserved memory.
#pragma once

#include "cells/memory/frame_allocator/frame_allocator.h"

struct frame_piece {
	uint64_t first;
	uint64_t count;
};

SLICE_TYPE(frame_piece_array, struct frame_piece);

// `array` holds `used` pieces; the rest is room.
struct frame_pieces {
	struct frame_piece_array array;
	size_t used;
};

// Which piece frame `frame` lies in. False if none.
INTERNAL bool frame_pieces_find(const struct frame_pieces *pieces, uint64_t frame, size_t *index);

// True if one of these frames lies in a piece; if all lie in one piece.
INTERNAL bool frame_pieces_touch(const struct frame_pieces *pieces, uint64_t first, uint64_t count);
INTERNAL bool frame_pieces_contain(const struct frame_pieces *pieces, uint64_t first, uint64_t count);

// Adds frames, joined with the pieces that they touch or adjoin; takes frames out of every piece.
// STATUS_NO_MEMORY: one piece too many; nothing is changed.
INTERNAL MUST_USE enum status frame_pieces_add(struct frame_pieces *pieces, uint64_t first, uint64_t count);
INTERNAL MUST_USE enum status frame_pieces_remove(struct frame_pieces *pieces, uint64_t first, uint64_t count);

INTERNAL uint64_t frame_pieces_total(const struct frame_pieces *pieces);
