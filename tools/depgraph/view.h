// Which part of a graph is shown, and what stands out in it.
//
// A picture of everything is unreadable past a few dozen cells, so most pictures are a view: some cells, some edges,
// some groups folded into one box each.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/depgraph/cycle.h"
#include "tools/depgraph/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

struct view {
	uint32_t kinds;                // edges without any of these are not shown
	bool *cells;                   // by cell: shown
	bool *edges;                   // by edge: shown; its two ends are then shown too
	bool *in_cycle;                // by edge: within a component of more than one cell
	bool *focus;                   // by cell: what was asked for
	uint32_t *box;                 // by cell: itself, or the first cell of its folded group
	bool *folded;                  // by cell: stands in a folded group
	bool *whole;                   // by edge: shown before view_reduce; null: it was not called
	size_t cell_count, edge_count; // shown
};

// Everything.
void view_init(struct view *view, const struct graph *graph, uint32_t kinds);
void view_free(struct view *view);

// The kinds of edges that make a cycle: run-time pointers only where nothing else is shown, for they close circles in
// every system, and harm none.
uint32_t view_cycle_kinds(const struct view *view);

// Each takes away what it does not mention; they can be used one after another.

// Cells at most `depth` edges away from `focus`, forwards or backwards. The cells in `focus` stand out.
void view_focus(struct view *view, const struct graph *graph, const bool *focus, size_t depth);

// What the cells can reach; what can reach them.
void view_from(struct view *view, const struct graph *graph, const bool *cells);
void view_to(struct view *view, const struct graph *graph, const bool *cells);

// Only the edges of cycles.
void view_only_cycles(struct view *view, const struct graph *graph);

// Takes cells out.
void view_without(struct view *view, const struct graph *graph, const bool *cells);

// Transitive reduction: takes out every edge that a longer way replaces. Cycles are kept whole (the reduction is made
// on the graph of components, where it is unique). Where groups are folded, a picture reduces the arrows between boxes.
// Source: A. Aho, M. Garey, J. Ullman, "The transitive reduction of a directed graph", SIAM J. Comput. 1(2), 1972.
void view_reduce(struct view *view, const struct graph *graph);

// Shows each group whose name matches the pattern (wildcards as in the shell) as one box.
void view_collapse(struct view *view, const struct graph *graph, const char *pattern);

// Takes out the edges whose ends are not shown and counts. Call last.
void view_settle(struct view *view, const struct graph *graph);

#ifdef __cplusplus
}
#endif
