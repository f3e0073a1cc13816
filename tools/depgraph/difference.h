// What changed from one graph to another.
//
// Cells are the same if their names are; edges if both ends are; symbols of an edge by name. The two graphs may come
// from inputs of different kinds.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/depgraph/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

enum change { CHANGE_NONE, CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED };

struct cell_change {
	enum change change;
	uint32_t before, after; // GRAPH_NONE where the cell is not there
	bool interface;         // exports or their types differ
	bool size;              // bytes of code, constants or state differ
	bool state;             // declared state differs: a swap needs a transfer function
};

struct edge_change {
	enum change change;
	const struct graph_edge *before, *after; // null where the edge is not there
};

struct difference {
	const struct graph *before, *after;
	struct cell_change *cells; // all that differ, by name
	size_t cell_count, cell_capacity;
	struct edge_change *edges; // all that differ, by the names of both ends
	size_t edge_count, edge_capacity;
};

// Compares edges of `kinds`, by these kinds and, with EDGE_LINK among them, by their symbols. Borrows the graphs.
void difference_find(
	struct difference *difference, const struct graph *before, const struct graph *after, uint32_t kinds);
void difference_free(struct difference *difference);

// The exports of a changed cell that differ: "+came, -went, ~of another type"; "" for none. Free with free().
char *difference_exports(const struct difference *difference, const struct cell_change *change);

// The symbols that only one of the two edges has, comma-separated: "+came, -went"; "" for none. Free with free().
char *difference_symbols(const struct difference *difference, const struct edge_change *change);

#ifdef __cplusplus
}
#endif
