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
	for (size_t length = 0; length <= FREE_RUNS_SHORT; length++)
		AT(runs->kept, length).count = 0;
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

// Gives the tree all runs that are kept. False if there are none.
static bool return_kept(struct free_runs *runs)
{
	bool any = false;
	for (size_t length = 2; length <= FREE_RUNS_SHORT; length++) {
		struct free_runs_kept *kept = &AT(runs->kept, length);
		any |= kept->count > 0;
		while (kept->count > 0)
			run_tree_set(runs, AT(kept->starts, --kept->count), length, true);
	}
	return any;
}

// Gives the tree everything that is stacked or kept. False if that was nothing.
static bool return_all(struct free_runs *runs)
{
	bool any = runs->single_count > 0;
	unstack(runs, runs->single_count);
	return return_kept(runs) || any;
}

// Fills the empty stack by half: with neighbours, or else with what the first word that has some has.
static bool stack_up(struct free_runs *runs)
{
	enum { HALF = FREE_RUNS_SINGLES / 2 };
	size_t start;
	if (run_tree_find(runs, 0, HALF, &start)) {
		run_tree_set(runs, start, HALF, false);
		for (size_t i = 0; i < HALF; i++)
			AT(runs->singles, i) = (uint32_t)(start + HALF - 1 - i); // the lowest on top
		runs->single_count = HALF;
		return true;
	}
	if (!run_tree_find(runs, 0, 1, &start))
		return false;
	size_t word = start / WORD_BITS;
	uint64_t *bits = &ITEM(runs->in_tree, word);
	for (; *bits && runs->single_count < HALF; *bits &= *bits - 1) {
		AT(runs->singles, runs->single_count) = (uint32_t)(word * WORD_BITS + __builtin_ctzll(*bits));
		runs->single_count++;
	}
	run_tree_update(runs, word, word);
	return true;
}

enum status free_runs_take_single(struct free_runs *runs, size_t *start)
{
	if (__builtin_expect(runs->single_count == 0, 0) && !stack_up(runs) && !(return_all(runs) && stack_up(runs)))
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

// What `count` units from `start` on look like once they are in somebody's hands.
static void mark_taken(struct free_runs *runs, size_t start, size_t count)
{
	word_range_set(runs->truth, start, count, false);
	runs->free_count -= count;
}

static bool take_kept(struct free_runs *runs, size_t count, size_t *start)
{
	if (count > FREE_RUNS_SHORT)
		return false;
	struct free_runs_kept *kept = &AT(runs->kept, count);
	if (kept->count == 0)
		return false;
	*start = AT(kept->starts, --kept->count);
	mark_taken(runs, *start, count);
	return true;
}

enum status free_runs_take(struct free_runs *runs, struct free_runs_wish wish, size_t *start)
{
	if (wish.count == 0 || wish.alignment == 0)
		panic("free_runs: a run of %zu units aligned to %zu was asked for", wish.count, wish.alignment);
	if (wish.alignment == 1 && wish.from == 0 && wish.to >= runs->unit_count && take_kept(runs, wish.count, start))
		return STATUS_OK;
	if (wish.to > runs->unit_count)
		wish.to = runs->unit_count;
	size_t found;
	if (!find(runs, wish, &found) && !(return_all(runs) && find(runs, wish, &found)))
		return STATUS_NO_MEMORY;
	run_tree_set(runs, found, wish.count, false);
	mark_taken(runs, found, wish.count);
	*start = found;
	return STATUS_OK;
}

enum status free_runs_take_some(struct free_runs *runs, size_t at_most, size_t *start, size_t *count)
{
	if (at_most == 0)
		panic("free_runs: a run of no units was asked for");
	*count = at_most;
	if (at_most > 1 && take_kept(runs, at_most, start))
		return STATUS_OK;
	size_t longest = at_most > 1 ? run_tree_longest(runs) : 1;
	if (longest == 0 && return_kept(runs))
		longest = run_tree_longest(runs);
	if (longest < at_most)
		*count = longest;
	if (*count <= 1) {
		*count = 1;
		return free_runs_take_single(runs, start);
	}
	run_tree_find(runs, 0, *count, start);
	run_tree_set(runs, *start, *count, false);
	mark_taken(runs, *start, *count);
	return STATUS_OK;
}

enum status free_runs_take_at(struct free_runs *runs, size_t start, size_t count)
{
	if (!in_row(runs, start, count))
		panic("free_runs: units %zu to %zu of a row of %zu", start, start + count, runs->unit_count);
	if (!word_range_is(runs->truth, start, count, true))
		return STATUS_BUSY;
	if (!word_range_is(runs->in_tree, start, count, true))
		return_all(runs);
	run_tree_set(runs, start, count, false);
	mark_taken(runs, start, count);
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
	if (count <= FREE_RUNS_SHORT && AT(runs->kept, count).count < FREE_RUNS_KEPT) {
		struct free_runs_kept *kept = &AT(runs->kept, count);
		AT(kept->starts, kept->count) = (uint32_t)start;
		kept->count++;
		return;
	}
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
