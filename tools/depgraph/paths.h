// Ways through the graph: why one cell depends on another, who depends on a cell, how deep it stands.
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

#define DISTANCE_NONE UINT32_MAX

// By cell: how many edges a shortest way from the marked cells has; against the arrows with `backwards`. DISTANCE_NONE:
// there is no way. Free with free().
uint32_t *distances_from(const struct graph *graph, const bool *cells, uint32_t kinds, bool backwards);

// Calls `visit` for each shortest way from one cell to another, in the order of names, at most `limit` times; `edges`
// are indices, in order. Returns how many there are (up to UINT64_MAX); 0 if `to` is not reached.
typedef void way_visitor(void *context, const uint32_t *edges, size_t count);
uint64_t shortest_ways(const struct graph *graph, uint32_t from, uint32_t to, uint32_t kinds, size_t limit,
	way_visitor *visit, void *context);

// How a cell stands among the others, counted through all ways.
struct standing {
	uint32_t depth; // edges of the longest way down; cells of one cycle count as one step
	uint32_t below; // cells that it depends on, directly or not
	uint32_t above; // cells that depend on it, directly or not
};

// By cell. Free with free().
struct standing *standings_of(const struct graph *graph, uint32_t kinds, const struct components *components);

#ifdef __cplusplus
}
#endif
