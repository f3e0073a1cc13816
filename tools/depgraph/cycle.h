// Cycles of the graph: its strongly connected components, a shortest cycle of each, and what to cut.
//
// A graph can have more cycles than anybody can read. So each component (cells that all reach each other) is reported
// once: by a shortest cycle, in order, and by a cheap set of edges whose removal leaves no cycle at all.
//
// Context: host only; allocates.
// Source: R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972 (components);
// P. Eades, X. Lin, W. F. Smyth, "A fast and effective heuristic for the feedback arc set problem", Inf. Process. Lett.
// 47(6), 1993 (the cut of many cells); M. Held, R. M. Karp, "A dynamic programming approach to sequencing problems", J.
// SIAM 10(1), 1962 (of few).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tools/depgraph/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

// Every cell's component. Components are numbered so that an edge between two of them goes from the higher number to
// the lower: walking the numbers upwards is a load order.
struct components {
	uint32_t *of_cell;
	uint32_t *members; // the cells of component k: members[first[k] .. first[k + 1]), sorted
	uint32_t *first;
	size_t count;
};

// Follows the edges that have one of `kinds`.
void components_find(const struct graph *graph, uint32_t kinds, struct components *components);
void components_free(struct components *components);
size_t component_size(const struct components *components, size_t component);

// Edges of the graph, by index: a cycle in order (the last one leads back to the start of the first), or a cut.
struct edge_list {
	uint32_t *edges;
	size_t count, capacity;
};
void edge_list_free(struct edge_list *list);

// A shortest cycle of a component of at least two cells. Of several the one whose first cell comes first by name.
void component_shortest_cycle(const struct graph *graph, uint32_t kinds, const struct components *components,
	size_t component, struct edge_list *cycle);

// Edges whose removal leaves the component without a cycle. Of a component of at most CUT_EXACT_CELLS cells there is no
// set of fewer symbols; of a larger one no smaller set is promised (the problem is NP-hard), but none of them can be
// left out.
enum { CUT_EXACT_CELLS = 14 };
void component_cut(const struct graph *graph, uint32_t kinds, const struct components *components, size_t component,
	struct edge_list *cut);

// What an edge costs to remove: its symbols, at least 1.
size_t edge_weight(const struct graph_edge *edge);

#ifdef __cplusplus
}
#endif
