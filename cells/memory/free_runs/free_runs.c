#include "cells/memory/free_runs/free_runs.h"

#include "cells/base/panic/panic.h"
#include "cells/memory/free_runs/run_tree.h"

static size_t leaf_count_for(size_t unit_count)
{
	if (unit_count == 0 || unit_count > UINT32_MAX)
		panic("free_runs: a row of %zu units cannot be kept", unit_count);
	size_t leaves = 2; // so that there is a root above them
	while (leaves * WORD_BITS < unit_count)
		leaves *= 2;
	return leaves;
}

static size_t memory_bytes_for(size_t leaf_count)
{
	return leaf_count * (2 * sizeof(uint64_t) + sizeof(struct free_runs_node));
}

size_t free_runs_memory_bytes(size_t unit_count)
{
	return memory_bytes_for(leaf_count_for(unit_count));
}

static void *part(struct bytes_mut memory, size_t offset_bytes, size_t size_bytes)
{
	struct bytes_mut slice;
	if (bytes_mut_slice(memory, offset_bytes, size_bytes, &slice))
		panic("free_runs: %zu bytes are too few for the row", memory.size_bytes);
	return slice.data;
}

void free_runs_start(struct free_runs *runs, size_t unit_count, struct bytes_mut memory)
{
	size_t leaves = leaf_count_for(unit_count);
	size_t words_bytes = leaves * sizeof(uint64_t);
	runs->truth = (struct free_runs_words){part(memory, 0, words_bytes), leaves};
	runs->in_tree = (struct free_runs_words){part(memory, words_bytes, words_bytes), leaves};
	runs->inner =
		(struct free_runs_nodes){part(memory, 2 * words_bytes, leaves * sizeof(struct free_runs_node)), leaves};
	runs->leaf_count = leaves;
	runs->unit_count = unit_count;
	runs->free_count = 0;
	runs->single_count = 0;
}

static bool in_row(const struct free_runs *runs, size_t start, size_t count)
{
	return count > 0 && start < runs->unit_count && count <= runs->unit_count - start;
}

// Returns the lowest `count` stacked units to the tree; the top of the stack, just used, stays.
static void unstack(struct free_runs *runs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t unit = AT(runs->singles, i);
		word_range_set(runs->in_tree, unit, 1, true);
		// Neighbours often follow each other: the nodes above a word are brought up to date once for all of
		// them.
		bool same_word_next = i + 1 < count && AT(runs->singles, i + 1) / WORD_BITS == unit / WORD_BITS;
		if (!same_word_next)
			run_tree_update(runs, unit / WORD_BITS, unit / WORD_BITS);
	}
	for (size_t i = count; i < runs->single_count; i++)
		AT(runs->singles, i - count) = AT(runs->singles, i);
	runs->single_count -= count;
}

// Fills the empty stack by half, with neighbours if there are some.
static bool stack_up(struct free_runs *runs)
{
	size_t start;
	for (size_t count = FREE_RUNS_SINGLES / 2; count > 0; count /= 2) {
		if (!run_tree_find(runs, 0, count, &start))
			continue;
		run_tree_set(runs, start, count, false);
		for (size_t i = 0; i < count; i++)
			AT(runs->singles, i) = (uint32_t)(start + count - 1 - i); // the lowest on top
		runs->single_count = count;
		return true;
	}
	return false;
}

enum status free_runs_take_single(struct free_runs *runs, size_t *start)
{
	if (__builtin_expect(runs->single_count == 0, 0) && !stack_up(runs))
		return STATUS_NO_MEMORY;
	size_t unit = AT(runs->singles, --runs->single_count);
	ITEM(runs->truth, unit / WORD_BITS) &= ~(1ull << (unit % WORD_BITS));
	runs->free_count--;
	*start = unit;
	return STATUS_OK;
}

// The lowest run of the tree that fulfils `wish`.
static bool find(const struct free_runs *runs, struct free_runs_wish wish, size_t *start)
{
	size_t from = wish.from;
	while (run_tree_find(runs, from, wish.count, start) && *start < wish.to && wish.count <= wish.to - *start) {
		size_t aligned = (*start + wish.alignment - 1) & ~(wish.alignment - 1);
		if (aligned == *start)
			return true;
		from = aligned;
	}
	return false;
}

enum status free_runs_take(struct free_runs *runs, struct free_runs_wish wish, size_t *start)
{
	if (wish.count == 0 || wish.alignment == 0)
		panic("free_runs: a run of %zu units aligned to %zu was asked for", wish.count, wish.alignment);
	if (wish.to > runs->unit_count)
		wish.to = runs->unit_count;
	size_t found;
	if (!find(runs, wish, &found)) {
		if (runs->single_count == 0)
			return STATUS_NO_MEMORY;
		unstack(runs, runs->single_count);
		if (!find(runs, wish, &found))
			return STATUS_NO_MEMORY;
	}
	run_tree_set(runs, found, wish.count, false);
	word_range_set(runs->truth, found, wish.count, false);
	runs->free_count -= wish.count;
	*start = found;
	return STATUS_OK;
}

enum status free_runs_take_at(struct free_runs *runs, size_t start, size_t count)
{
	if (!in_row(runs, start, count))
		panic("free_runs: units %zu to %zu of a row of %zu", start, start + count, runs->unit_count);
	if (!word_range_is(runs->truth, start, count, true))
		return STATUS_BUSY;
	if (!word_range_is(runs->in_tree, start, count, true))
		unstack(runs, runs->single_count);
	run_tree_set(runs, start, count, false);
	word_range_set(runs->truth, start, count, false);
	runs->free_count -= count;
	return STATUS_OK;
}

static __attribute__((noreturn, cold)) void given_twice(size_t start, size_t count)
{
	panic("free_runs: units %zu to %zu were given back, but are free in part", start, start + count);
}

void free_runs_give_single(struct free_runs *runs, size_t unit)
{
	if (unit >= runs->unit_count)
		panic("free_runs: unit %zu of a row of %zu", unit, runs->unit_count);
	uint64_t *word = &ITEM(runs->truth, unit / WORD_BITS);
	uint64_t bit = 1ull << (unit % WORD_BITS);
	if (*word & bit)
		given_twice(unit, 1);
	*word |= bit;
	runs->free_count++;
	if (__builtin_expect(runs->single_count == FREE_RUNS_SINGLES, 0))
		unstack(runs, FREE_RUNS_SINGLES / 2);
	AT(runs->singles, runs->single_count) = (uint32_t)unit;
	runs->single_count++;
}

void free_runs_give(struct free_runs *runs, size_t start, size_t count)
{
	if (count == 1) {
		free_runs_give_single(runs, start);
		return;
	}
	if (!in_row(runs, start, count))
		panic("free_runs: units %zu to %zu of a row of %zu", start, start + count, runs->unit_count);
	if (!word_range_is(runs->truth, start, count, false))
		given_twice(start, count);
	word_range_set(runs->truth, start, count, true);
	runs->free_count += count;
	run_tree_set(runs, start, count, true);
}

bool free_runs_all_free(const struct free_runs *runs, size_t start, size_t count)
{
	return in_row(runs, start, count) && word_range_is(runs->truth, start, count, true);
}

size_t free_runs_free_count(const struct free_runs *runs)
{
	return runs->free_count;
}

size_t free_runs_unit_count(const struct free_runs *runs)
{
	return runs->unit_count;
}

size_t free_runs_longest(const struct free_runs *runs)
{
	return run_tree_longest(runs);
}
