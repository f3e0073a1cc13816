#include "tools/depgraph/paths.h"

#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

uint32_t *distances_from(const struct graph *graph, const bool *cells, uint32_t kinds, bool backwards)
{
	uint32_t *distance = ARRAY_NEW(uint32_t, graph->cell_count);
	uint32_t *queue = ARRAY_NEW(uint32_t, graph->cell_count);
	size_t head = 0, tail = 0;
	memset(distance, 0xff, graph->cell_count * sizeof *distance);
	for (uint32_t c = 0; c < graph->cell_count; c++) {
		if (!cells[c])
			continue;
		distance[c] = 0;
		queue[tail++] = c;
	}
	while (head < tail) {
		uint32_t c = queue[head++];
		const struct graph_cell *cell = &graph->cells[c];
		uint32_t first = backwards ? cell->first_incoming : cell->first_edge;
		uint32_t count = backwards ? cell->incoming_count : cell->edge_count;
		for (uint32_t i = first; i < first + count; i++) {
			const struct graph_edge *edge = &graph->edges[backwards ? graph->incoming[i] : i];
			uint32_t next = backwards ? edge->from : edge->to;
			if (!(edge->kinds & kinds) || distance[next] != DISTANCE_NONE)
				continue;
			distance[next] = distance[c] + 1;
			queue[tail++] = next;
		}
	}
	free(queue);
	return distance;
}

// A walk from `from` along edges that each bring it one step nearer to `to`.
struct walk {
	const struct graph *graph;
	const uint32_t *left; // by cell: the distance to `to`
	uint64_t *ways;       // by cell: how many shortest ways lead on from it
	uint32_t kinds;
	uint32_t *edges;
	size_t limit;
	way_visitor *visit;
	void *context;
};

static bool nearer(const struct walk *w, const struct graph_edge *edge)
{
	return edge->kinds & w->kinds && w->left[edge->to] != DISTANCE_NONE &&
	       w->left[edge->to] + 1 == w->left[edge->from];
}

struct by_distance {
	uint32_t distance, cell;
};

static int compare_distance(const void *a, const void *b)
{
	const struct by_distance *left = a, *right = b;
	return (left->distance > right->distance) - (left->distance < right->distance);
}

static uint64_t add_clamped(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

// Counts the ways from every cell, nearest first.
static void count_ways(struct walk *w)
{
	size_t count = w->graph->cell_count;
	struct by_distance *order = ARRAY_NEW(struct by_distance, count);
	for (uint32_t c = 0; c < count; c++)
		order[c] = (struct by_distance){w->left[c], c};
	qsort(order, count, sizeof *order, compare_distance);
	for (size_t i = 0; i < count && order[i].distance != DISTANCE_NONE; i++) {
		const struct graph_cell *cell = &w->graph->cells[order[i].cell];
		uint64_t ways = order[i].distance == 0;
		for (uint32_t e = cell->first_edge; e < cell->first_edge + cell->edge_count; e++)
			if (nearer(w, &w->graph->edges[e]))
				ways = add_clamped(ways, w->ways[w->graph->edges[e].to]);
		w->ways[order[i].cell] = ways;
	}
	free(order);
}

// Depth first, with the edges chosen so far as the stack.
static void visit_ways(struct walk *w, uint32_t from, uint32_t to)
{
	size_t depth = 0, visited = 0;
	uint32_t cell = from, next = w->graph->cells[from].first_edge;
	while (visited < w->limit) {
		const struct graph_cell *record = &w->graph->cells[cell];
		while (cell != to && next < record->first_edge + record->edge_count &&
			!nearer(w, &w->graph->edges[next]))
			next++;
		if (cell != to && next < record->first_edge + record->edge_count) {
			w->edges[depth++] = next;
			cell = w->graph->edges[next].to;
			next = w->graph->cells[cell].first_edge;
			continue;
		}
		if (cell == to) {
			w->visit(w->context, w->edges, depth);
			visited++;
		}
		if (!depth)
			return;
		depth--;
		cell = w->graph->edges[w->edges[depth]].from;
		next = w->edges[depth] + 1;
	}
}

uint64_t shortest_ways(const struct graph *graph, uint32_t from, uint32_t to, uint32_t kinds, size_t limit,
	way_visitor *visit, void *context)
{
	bool *target = ARRAY_NEW(bool, graph->cell_count);
	target[to] = true;
	uint32_t *left = distances_from(graph, target, kinds, true);
	uint64_t ways = 0;
	if (left[from] != DISTANCE_NONE) {
		struct walk walk = {.graph = graph,
			.left = left,
			.ways = ARRAY_NEW(uint64_t, graph->cell_count),
			.kinds = kinds,
			.edges = ARRAY_NEW(uint32_t, left[from]),
			.limit = limit,
			.visit = visit,
			.context = context};
		count_ways(&walk);
		ways = walk.ways[from];
		visit_ways(&walk, from, to);
		free(walk.edges);
		free(walk.ways);
	}
	free(left);
	free(target);
	return ways;
}

enum { WORD_BITS = 64 };

// Each component's set of the components that it reaches, itself included, and its depth. Components are numbered in
// load order, so those that one depends on are done before it.
static uint64_t *reached_sets(
	const struct graph *graph, uint32_t kinds, const struct components *components, uint32_t *depth)
{
	size_t words = components->count / WORD_BITS + 1;
	uint64_t *sets = ARRAY_NEW(uint64_t, components->count * words);
	for (uint32_t k = 0; k < components->count; k++) {
		uint64_t *set = sets + k * words;
		set[k / WORD_BITS] |= UINT64_C(1) << k % WORD_BITS;
		for (uint32_t m = components->first[k]; m < components->first[k + 1]; m++) {
			const struct graph_cell *cell = &graph->cells[components->members[m]];
			for (uint32_t e = cell->first_edge; e < cell->first_edge + cell->edge_count; e++) {
				uint32_t to = components->of_cell[graph->edges[e].to];
				if (!(graph->edges[e].kinds & kinds) || to == k)
					continue;
				if (depth[to] + 1 > depth[k])
					depth[k] = depth[to] + 1;
				if (set[to / WORD_BITS] >> to % WORD_BITS & 1)
					continue;
				for (size_t w = 0; w < words; w++)
					set[w] |= sets[to * words + w];
			}
		}
	}
	return sets;
}

// Adds up the sizes of the components of each set: `below`; and spreads each set's owner over its members: `above`.
static void count_cells(const struct components *components, const uint64_t *sets, uint32_t *below, uint32_t *above)
{
	size_t words = components->count / WORD_BITS + 1;
	for (uint32_t k = 0; k < components->count; k++) {
		uint32_t own = (uint32_t)component_size(components, k);
		for (size_t w = 0; w < words; w++)
			for (uint64_t left = sets[k * words + w]; left; left &= left - 1) {
				uint32_t other = (uint32_t)(w * WORD_BITS) + (uint32_t)__builtin_ctzll(left);
				below[k] += (uint32_t)component_size(components, other);
				above[other] += own;
			}
	}
}

struct standing *standings_of(const struct graph *graph, uint32_t kinds, const struct components *components)
{
	uint32_t *memory = ARRAY_NEW(uint32_t, components->count * 3);
	uint32_t *depth = memory, *below = memory + components->count, *above = memory + components->count * 2;
	uint64_t *sets = reached_sets(graph, kinds, components, depth);
	count_cells(components, sets, below, above);
	struct standing *standings = ARRAY_NEW(struct standing, graph->cell_count);
	for (size_t c = 0; c < graph->cell_count; c++) {
		uint32_t k = components->of_cell[c];
		standings[c] = (struct standing){depth[k], below[k] - 1, above[k] - 1};
	}
	free(sets);
	free(memory);
	return standings;
}
