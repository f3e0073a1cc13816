// The cut: order the component's cells so that few symbols point backwards. Of few cells the best order is found; of
// many a good one, and each backward edge is kept only if it is really needed.
#include <stdbool.h>
#include <stdlib.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/cycle.h"

struct cutter {
	const struct graph *graph;
	uint32_t kinds;
	const struct components *components;
	size_t component;
	int64_t *balance;   // by cell: weight of what leaves it minus what enters it, among the cells not placed yet
	uint32_t *outgoing; // by cell: edges to cells not placed yet
	uint32_t *entering;
	uint32_t *place; // by cell: its position in the order + 1; 0: not placed
	bool *cut;       // by edge
	uint32_t *visited, *stack;
	uint32_t visit;
};

static bool inside(const struct cutter *c, const struct graph_edge *edge)
{
	return edge->kinds & c->kinds && c->components->of_cell[edge->from] == c->component &&
	       c->components->of_cell[edge->to] == c->component;
}

static uint32_t member(const struct cutter *c, size_t i)
{
	return c->components->members[c->components->first[c->component] + i];
}

static void change(struct cutter *c, const struct graph_edge *edge, int sign)
{
	int64_t weight = sign * (int64_t)edge_weight(edge);
	c->balance[edge->from] += weight;
	c->balance[edge->to] -= weight;
	c->outgoing[edge->from] += (uint32_t)sign;
	c->entering[edge->to] += (uint32_t)sign;
}

static bool waiting(const struct cutter *c, const struct graph_edge *edge)
{
	return inside(c, edge) && !c->place[edge->from] && !c->place[edge->to];
}

static void put(struct cutter *c, uint32_t cell, uint32_t place)
{
	const struct graph_cell *record = &c->graph->cells[cell];
	for (uint32_t e = record->first_edge; e < record->first_edge + record->edge_count; e++)
		if (waiting(c, &c->graph->edges[e]))
			change(c, &c->graph->edges[e], -1);
	for (uint32_t i = record->first_incoming; i < record->first_incoming + record->incoming_count; i++)
		if (waiting(c, &c->graph->edges[c->graph->incoming[i]]))
			change(c, &c->graph->edges[c->graph->incoming[i]], -1);
	c->place[cell] = place;
}

// Eades, Lin and Smyth: a cell that no waiting cell leads to may stand first, one that leads to no waiting cell last,
// at no cost. When there is neither, the cell that gains most by it goes next to the front.
static void order(struct cutter *c)
{
	size_t size = component_size(c->components, c->component);
	uint32_t front = 1, back = (uint32_t)size;
	while (front <= back) {
		uint32_t best = GRAPH_NONE;
		bool to_back = false;
		for (size_t i = 0; i < size; i++) {
			uint32_t cell = member(c, i);
			if (c->place[cell])
				continue;
			if (!c->outgoing[cell] || !c->entering[cell]) {
				best = cell;
				to_back = !c->outgoing[cell];
				break;
			}
			if (best == GRAPH_NONE || c->balance[cell] > c->balance[best])
				best = cell;
		}
		put(c, best, to_back ? back-- : front++);
	}
}

// Whether a way leads from one cell to the other along edges that are not cut.
static bool reaches(struct cutter *c, uint32_t from, uint32_t to)
{
	size_t count = 0;
	c->visit++;
	c->stack[count++] = from;
	c->visited[from] = c->visit;
	while (count) {
		const struct graph_cell *record = &c->graph->cells[c->stack[--count]];
		for (uint32_t e = record->first_edge; e < record->first_edge + record->edge_count; e++) {
			const struct graph_edge *edge = &c->graph->edges[e];
			if (!inside(c, edge) || c->cut[e] || c->visited[edge->to] == c->visit)
				continue;
			if (edge->to == to)
				return true;
			c->visited[edge->to] = c->visit;
			c->stack[count++] = edge->to;
		}
	}
	return false;
}

struct heavy_edge {
	uint32_t edge;
	size_t weight;
};

static int compare_heavy(const void *a, const void *b)
{
	const struct heavy_edge *left = a, *right = b;
	if (left->weight != right->weight)
		return left->weight < right->weight ? 1 : -1;
	return (left->edge > right->edge) - (left->edge < right->edge);
}

// Puts back, dearest first, what closes no cycle; what is left is the cut.
static void make_minimal(struct cutter *c, struct edge_list *cut)
{
	struct heavy_edge *backward = ARRAY_NEW(struct heavy_edge, cut->count);
	for (size_t i = 0; i < cut->count; i++)
		backward[i] = (struct heavy_edge){cut->edges[i], edge_weight(&c->graph->edges[cut->edges[i]])};
	qsort(backward, cut->count, sizeof *backward, compare_heavy);
	for (size_t i = 0; i < cut->count; i++) {
		const struct graph_edge *edge = &c->graph->edges[backward[i].edge];
		if (!reaches(c, edge->to, edge->from))
			c->cut[backward[i].edge] = false;
	}
	free(backward);
	size_t kept = 0;
	for (size_t i = 0; i < cut->count; i++)
		if (c->cut[cut->edges[i]])
			cut->edges[kept++] = cut->edges[i];
	cut->count = kept;
}

// The best order, for a component so small that every set of cells can be looked at (M. Held and R. Karp, 1962): for
// each set the least that it costs to place its cells first, which does not depend on how the rest is placed.
static void order_exactly(struct cutter *c, size_t size)
{
	uint32_t weights[CUT_EXACT_CELLS][CUT_EXACT_CELLS] = {};
	size_t sets = (size_t)1 << size;
	uint32_t *cost = ARRAY_NEW(uint32_t, sets);
	uint32_t *back = ARRAY_NEW(uint32_t, sets * size); // by set and cell: weight of the cell's edges into the set
	unsigned char *last = ARRAY_NEW(unsigned char, sets);
	for (size_t i = 0; i < size; i++)
		for (size_t j = 0; j < size; j++) {
			const struct graph_edge *edge = graph_find_edge(c->graph, member(c, i), member(c, j));
			if (edge && edge->kinds & c->kinds)
				weights[i][j] = (uint32_t)edge_weight(edge);
		}
	for (size_t set = 1; set < sets; set++) {
		size_t lowest = (size_t)__builtin_ctzl(set), without = set & (set - 1);
		for (size_t i = 0; i < size; i++)
			back[set * size + i] = back[without * size + i] + weights[i][lowest];
		cost[set] = UINT32_MAX;
		for (size_t i = 0; i < size; i++) {
			size_t before = set & ~((size_t)1 << i);
			if (before == set || cost[before] + back[before * size + i] >= cost[set])
				continue;
			cost[set] = cost[before] + back[before * size + i];
			last[set] = (unsigned char)i;
		}
	}
	for (size_t set = sets - 1, place = size; set; set &= ~((size_t)1 << last[set]))
		c->place[member(c, last[set])] = (uint32_t)place--;
	free(cost);
	free(back);
	free(last);
}

static void cut_component(struct cutter *c, struct edge_list *cut)
{
	size_t size = component_size(c->components, c->component);
	for (size_t i = 0; i < size; i++) {
		const struct graph_cell *cell = &c->graph->cells[member(c, i)];
		for (uint32_t e = cell->first_edge; e < cell->first_edge + cell->edge_count; e++)
			if (inside(c, &c->graph->edges[e]))
				change(c, &c->graph->edges[e], 1);
	}
	if (size <= CUT_EXACT_CELLS)
		order_exactly(c, size);
	else
		order(c);
	for (size_t i = 0; i < size; i++) {
		const struct graph_cell *cell = &c->graph->cells[member(c, i)];
		for (uint32_t e = cell->first_edge; e < cell->first_edge + cell->edge_count; e++) {
			const struct graph_edge *edge = &c->graph->edges[e];
			if (!inside(c, edge) || c->place[edge->from] < c->place[edge->to])
				continue;
			*ARRAY_ADD(cut->edges, cut->count, cut->capacity) = e;
			c->cut[e] = true;
		}
	}
	make_minimal(c, cut);
}

void component_cut(const struct graph *graph, uint32_t kinds, const struct components *components, size_t component,
	struct edge_list *cut)
{
	size_t cells = graph->cell_count;
	uint32_t *memory = ARRAY_NEW(uint32_t, cells * 5);
	struct cutter cutter = {
		.graph = graph,
		.kinds = kinds,
		.components = components,
		.component = component,
		.balance = ARRAY_NEW(int64_t, cells),
		.outgoing = memory,
		.entering = memory + cells,
		.place = memory + cells * 2,
		.visited = memory + cells * 3,
		.stack = memory + cells * 4,
		.cut = ARRAY_NEW(bool, graph->edge_count),
	};
	*cut = (struct edge_list){};
	cut_component(&cutter, cut);
	free(cutter.balance);
	free(cutter.cut);
	free(memory);
}
