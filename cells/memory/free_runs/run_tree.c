#include "cells/memory/free_runs/run_tree.h"

// The bits of word `word` that stand for units of the run [start, start + count).
static uint64_t bits_in_word(size_t word, size_t start, size_t count)
{
	size_t word_start = word * WORD_BITS;
	uint64_t bits = UINT64_MAX;
	if (start > word_start)
		bits &= UINT64_MAX << (start - word_start);
	size_t end = start + count;
	if (end < word_start + WORD_BITS)
		bits &= ~(UINT64_MAX << (end - word_start));
	return bits;
}

void word_range_set(struct free_runs_words words, size_t start, size_t count, bool free)
{
	for (size_t word = start / WORD_BITS; word <= (start + count - 1) / WORD_BITS; word++) {
		uint64_t bits = bits_in_word(word, start, count);
		if (free)
			ITEM(words, word) |= bits;
		else
			ITEM(words, word) &= ~bits;
	}
}

bool word_range_is(struct free_runs_words words, size_t start, size_t count, bool free)
{
	for (size_t word = start / WORD_BITS; word <= (start + count - 1) / WORD_BITS; word++) {
		uint64_t bits = bits_in_word(word, start, count);
		if ((ITEM(words, word) & bits) != (free ? bits : 0))
			return false;
	}
	return true;
}

static unsigned leading_run(uint64_t word)
{
	return word == UINT64_MAX ? WORD_BITS : (unsigned)__builtin_clzll(~word);
}

static unsigned trailing_run(uint64_t word)
{
	return word == UINT64_MAX ? WORD_BITS : (unsigned)__builtin_ctzll(~word);
}

// The longest run of set bits: doubling first, then the remainder bit by bit of its length.
static unsigned longest_run(uint64_t word)
{
	if (word == 0)
		return 0;
	uint64_t from_first = word >> __builtin_ctzll(word);
	if ((from_first & (from_first + 1)) == 0) // a single run, as most words have
		return WORD_BITS - (unsigned)__builtin_clzll(from_first);
	uint64_t starts_of[7]; // bit i is set if a run of 2^k begins there
	unsigned k = 0;
	for (AT(starts_of, 0) = word; k < 6; k++) {
		uint64_t longer = AT(starts_of, k) & (AT(starts_of, k) >> (1u << k));
		if (longer == 0)
			break;
		AT(starts_of, k + 1) = longer;
	}
	unsigned length = 1u << k;
	uint64_t starts = AT(starts_of, k);
	while (k-- > 0) {
		uint64_t longer = length < WORD_BITS ? starts & (AT(starts_of, k) >> length) : 0;
		if (longer) {
			starts = longer;
			length += 1u << k;
		}
	}
	return length;
}

// The lowest run of `count` (1 to 64) set bits. False if there is none.
static bool find_in_word(uint64_t word, size_t count, unsigned *bit)
{
	for (size_t rest = count; rest > 1;) {
		size_t step = rest / 2;
		word &= word >> step;
		rest -= step;
	}
	if (word == 0)
		return false;
	*bit = (unsigned)__builtin_ctzll(word);
	return true;
}

static struct free_runs_node leaf_at(const struct free_runs *runs, size_t leaf)
{
	uint64_t word = ITEM(runs->in_tree, leaf);
	if (word == 0 || word == UINT64_MAX) {
		uint32_t all = word ? WORD_BITS : 0;
		return (struct free_runs_node){all, all, all};
	}
	return (struct free_runs_node){trailing_run(word), leading_run(word), longest_run(word)};
}

static struct free_runs_node node_at(const struct free_runs *runs, size_t node)
{
	return node < runs->leaf_count ? ITEM(runs->inner, node) : leaf_at(runs, node - runs->leaf_count);
}

// The node above two neighbours that cover `span` units each.
static inline struct free_runs_node join(struct free_runs_node left, struct free_runs_node right, size_t span)
{
	uint32_t middle = left.right + right.left;
	uint32_t longest = left.longest > right.longest ? left.longest : right.longest;
	return (struct free_runs_node){
		.left = left.left == span ? left.left + right.left : left.left,
		.right = right.right == span ? right.right + left.right : right.right,
		.longest = middle > longest ? middle : longest,
	};
}

void run_tree_update(struct free_runs *runs, size_t first, size_t last)
{
	const size_t leaves = runs->leaf_count;
	size_t span = WORD_BITS;
	first = (first + leaves) / 2;
	last = (last + leaves) / 2;
	for (size_t node = first; node <= last; node++) {
		size_t leaf = 2 * node - leaves;
		ITEM(runs->inner, node) = join(leaf_at(runs, leaf), leaf_at(runs, leaf + 1), span);
	}
	for (first /= 2, last /= 2; first > 0; first /= 2, last /= 2) {
		span *= 2;
		for (size_t node = first; node <= last; node++)
			ITEM(runs->inner, node) =
				join(ITEM(runs->inner, 2 * node), ITEM(runs->inner, 2 * node + 1), span);
	}
}

void run_tree_set(struct free_runs *runs, size_t start, size_t count, bool free)
{
	word_range_set(runs->in_tree, start, count, free);
	run_tree_update(runs, start / WORD_BITS, (start + count - 1) / WORD_BITS);
}

// The lowest run of `count` units below `node`, which begins at unit `start`, covers `span` units, and has one.
static size_t find_below(const struct free_runs *runs, size_t node, size_t start, size_t span, size_t count)
{
	while (node < runs->leaf_count) {
		span /= 2;
		struct free_runs_node left = node_at(runs, 2 * node);
		if (left.longest >= count) {
			node = 2 * node;
			continue;
		}
		if (left.right + node_at(runs, 2 * node + 1).left >= count)
			return start + span - left.right;
		node = 2 * node + 1;
		start += span;
	}
	unsigned bit = 0;
	find_in_word(ITEM(runs->in_tree, node - runs->leaf_count), count, &bit);
	return start + bit;
}

bool run_tree_find(const struct free_runs *runs, size_t from, size_t count, size_t *start)
{
	if (from >= runs->unit_count || run_tree_longest(runs) < count)
		return false;
	if (from == 0) {
		*start = find_below(runs, 1, 0, runs->leaf_count * WORD_BITS, count);
		return true;
	}
	size_t word = from / WORD_BITS;
	uint64_t bits = ITEM(runs->in_tree, word) & (UINT64_MAX << (from % WORD_BITS));
	unsigned bit;
	if (count <= WORD_BITS && find_in_word(bits, count, &bit)) {
		*start = word * WORD_BITS + bit;
		return true;
	}

	// From here on rightwards over ever larger subtrees; `run` free units end just before `position`.
	size_t run = leading_run(bits);
	size_t position = (word + 1) * WORD_BITS;
	size_t span = WORD_BITS;
	for (size_t node = runs->leaf_count + word;; node++, position += span) {
		for (; node & 1; node /= 2, span *= 2) {
			if ((node & (node + 1)) == 0)
				return false; // the right edge of the tree
		}
		struct free_runs_node next = node_at(runs, node + 1);
		if (run + next.left >= count) {
			*start = position - run;
			return true;
		}
		if (next.longest >= count) {
			*start = find_below(runs, node + 1, position, span, count);
			return true;
		}
		run = next.left == span ? run + span : next.right;
	}
}

size_t run_tree_longest(const struct free_runs *runs)
{
	return node_at(runs, 1).longest;
}
