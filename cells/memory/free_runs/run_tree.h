// The tree of free_runs: bits of `in_tree` and, above them, the longest free run below each node.
#pragma once

#include "cells/memory/free_runs/free_runs.h"

enum { WORD_BITS = 64 };

// Sets or clears the bits of `words` for `count` units from `start` on.
INTERNAL void word_range_set(struct free_runs_words words, size_t start, size_t count, bool free);

// True if the bits of these units are all set (`free`) or all clear.
INTERNAL bool word_range_is(struct free_runs_words words, size_t start, size_t count, bool free);

// The same on in_tree, with the nodes above brought up to date.
INTERNAL void run_tree_set(struct free_runs *runs, size_t start, size_t count, bool free);

// Brings the nodes above the words `first` to `last` up to date.
INTERNAL void run_tree_update(struct free_runs *runs, size_t first, size_t last);

// The lowest run of `count` free units at or after `from`. False if there is none.
INTERNAL bool run_tree_find(const struct free_runs *runs, size_t from, size_t count, size_t *start);

INTERNAL size_t run_tree_longest(const struct free_runs *runs);
