// Free runs: which units of a long row are free, and where a run of free ones is.
//
// The frames of the machine and the pages of an address region are such rows. One bit per unit holds the truth, and a
// binary tree over the words of bits knows the longest free run below each node, so that any run is found at
// O(log units), exactly when there is one, and neighbours that become free are one run at once.
//
// Single units, by far the most frequent wish, come from a small stack of units that the tree counts as taken and the
// truth as free. Taking and giving them costs the same however many units there are; the stack exchanges half of its
// content with the tree when it runs empty or full. In the same way a few runs of each short length that were given
// back are kept as they are for the next wish for that length. When the tree cannot fulfil a wish without what is
// stacked and kept, it gets all of it back first, so that neighbours that are free are never missed.
//
// Context: no allocation, no lock (the owner locks); the memory for bits and tree is the owner's.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

// How many single units are stacked at most; the longest run that is kept, and how many of each length.
enum { FREE_RUNS_SINGLES = 64, FREE_RUNS_SHORT = 16, FREE_RUNS_KEPT = 4 };

// The free run at the left end, at the right end, and the longest one.
struct free_runs_node {
	uint32_t left;
	uint32_t right;
	uint32_t longest;
};

SLICE_TYPE(free_runs_words, uint64_t);
SLICE_TYPE(free_runs_nodes, struct free_runs_node);

// Runs of one length that the tree counts as taken and the truth as free.
struct free_runs_kept {
	uint32_t count;
	uint32_t starts[FREE_RUNS_KEPT];
};

struct free_runs {
	struct free_runs_words truth PRIVATE_OF(free_runs);   // bit set: free
	struct free_runs_words in_tree PRIVATE_OF(free_runs); // the same without the stacked single units
	struct free_runs_nodes inner PRIVATE_OF(free_runs);   // node 1 is the root, 2n and 2n+1 are below n
	size_t leaf_count PRIVATE_OF(free_runs); // words of in_tree, a power of two: nodes from leaf_count on
	size_t unit_count PRIVATE_OF(free_runs);
	size_t free_count PRIVATE_OF(free_runs);
	uint32_t singles[FREE_RUNS_SINGLES] PRIVATE_OF(free_runs);
	size_t single_count PRIVATE_OF(free_runs);
	struct free_runs_kept kept[FREE_RUNS_SHORT + 1] PRIVATE_OF(free_runs); // by length, from 2 on
};

// What a run must be like. `alignment` is a power of two; units below `from` and from `to` on are out of the question.
struct free_runs_wish {
	size_t count;
	size_t alignment;
	size_t from;
	size_t to;
};

#ifdef __cplusplus
extern "C" {
#endif

// Bytes of memory that a row of `unit_count` units needs. Panics from 2^32 units on.
size_t free_runs_memory_bytes(size_t unit_count);

// Begins with every unit taken. `memory` is zeroed, aligned to 8 bytes, and large enough (panics otherwise).
void free_runs_start(struct free_runs *runs, size_t unit_count, struct bytes_mut memory);

// Any unit; it is taken from then on. STATUS_NO_MEMORY: there is none.
MUST_USE enum status free_runs_take_single(struct free_runs *runs, size_t *start);

// A run that fulfils `wish`: one that was kept, else the lowest in the tree.
// STATUS_NO_MEMORY: there is none. Panics on a count or alignment of 0.
MUST_USE enum status free_runs_take(struct free_runs *runs, struct free_runs_wish wish, size_t *start);

// Takes a run of at most `at_most` units, and as long as it can be: a longer wish piece by piece. Panics on 0.
// STATUS_NO_MEMORY: no unit is free.
MUST_USE enum status free_runs_take_some(struct free_runs *runs, size_t at_most, size_t *start, size_t *count);

// Takes exactly these units. STATUS_BUSY: one of them is taken. Panics beyond the end.
MUST_USE enum status free_runs_take_at(struct free_runs *runs, size_t start, size_t count);

// Makes taken units free. Panics, and changes nothing, if one of them is free already or beyond the end.
void free_runs_give(struct free_runs *runs, size_t start, size_t count);
void free_runs_give_single(struct free_runs *runs, size_t unit);

// True if all of these units are free. False beyond the end.
bool free_runs_all_free(const struct free_runs *runs, size_t start, size_t count);

size_t free_runs_free_count(const struct free_runs *runs);
size_t free_runs_unit_count(const struct free_runs *runs);

// The length of the longest run (what is stacked or kept counts as taken).
size_t free_runs_longest(const struct free_runs *runs);

#ifdef __cplusplus
}
#endif
