#include "tools/depgraph/cycle.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

// Tarjan's algorithm with its own stack, so that a chain of 100,000 cells does not overflow the machine's.
struct tarjan {
	const struct graph *graph;
	uint32_t kinds;
	uint32_t *index;     // by cell: order of discovery + 1; 0: not seen
	uint32_t *low;       // by cell: the earliest cell on the stack that it reaches
	uint32_t *next_edge; // by cell: where the walk goes on
	uint32_t *path;      // the walk: the call stack of the recursive formulation
	uint32_t *stack;     // cells whose component is not known yet
	size_t path_count, stack_count;
	uint32_t discovered;
	struct components *components;
};

static void discover(struct tarjan *t, uint32_t cell)
{
	t->index[cell] = t->low[cell] = ++t->discovered;
	t->next_edge[cell] = t->graph->cells[cell].first_edge;
	t->path[t->path_count++] = cell;
	t->stack[t->stack_count++] = cell;
}

static void lower(uint32_t *value, uint32_t other)
{
	if (other < *value)
		*value = other;
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

// The cells above `root` on the stack are its component.
static void close_component(struct tarjan *t, uint32_t root)
{
	struct components *components = t->components;
	uint32_t number = (uint32_t)components->count++;
	uint32_t begin = components->first[number], end = begin;
	uint32_t cell;
	do {
		cell = t->stack[--t->stack_count];
		components->of_cell[cell] = number;
		components->members[end++] = cell;
	} while (cell != root);
	components->first[number + 1] = end;
	qsort(components->members + begin, end - begin, sizeof *components->members, compare_u32);
}

// One step from the last cell of the path: along its next edge, or back.
static void step(struct tarjan *t)
{
	uint32_t cell = t->path[t->path_count - 1];
	const struct graph_cell *record = &t->graph->cells[cell];
	while (t->next_edge[cell] < record->first_edge + record->edge_count) {
		const struct graph_edge *edge = &t->graph->edges[t->next_edge[cell]++];
		if (!(edge->kinds & t->kinds))
			continue;
		if (!t->index[edge->to]) {
			discover(t, edge->to);
			return;
		}
		if (t->components->of_cell[edge->to] == GRAPH_NONE)
			lower(&t->low[cell], t->index[edge->to]);
	}
	t->path_count--;
	if (t->path_count)
		lower(&t->low[t->path[t->path_count - 1]], t->low[cell]);
	if (t->low[cell] == t->index[cell])
		close_component(t, cell);
}

void components_find(const struct graph *graph, uint32_t kinds, struct components *components)
{
	size_t count = graph->cell_count;
	*components = (struct components){
		.of_cell = ARRAY_NEW(uint32_t, count),
		.members = ARRAY_NEW(uint32_t, count),
		.first = ARRAY_NEW(uint32_t, count + 1),
	};
	memset(components->of_cell, 0xff, count * sizeof *components->of_cell);
	uint32_t *memory = ARRAY_NEW(uint32_t, count * 5);
	struct tarjan t = {
		.graph = graph,
		.kinds = kinds,
		.index = memory,
		.low = memory + count,
		.next_edge = memory + count * 2,
		.path = memory + count * 3,
		.stack = memory + count * 4,
		.components = components,
	};
	for (uint32_t cell = 0; cell < count; cell++) {
		if (t.index[cell])
			continue;
		discover(&t, cell);
		while (t.path_count)
			step(&t);
	}
	free(memory);
}

void components_free(struct components *components)
{
	free(components->of_cell);
	free(components->members);
	free(components->first);
	*components = (struct components){};
}

size_t component_size(const struct components *components, size_t component)
{
	return components->first[component + 1] - components->first[component];
}

void edge_list_free(struct edge_list *list)
{
	free(list->edges);
	*list = (struct edge_list){};
}

size_t edge_weight(const struct graph_edge *edge)
{
	return edge->import_count ? edge->import_count : 1;
}

// A breadth-first search inside one component.
struct search {
	const struct graph *graph;
	uint32_t kinds;
	const struct components *components;
	uint32_t component;
	uint32_t *mark;     // by cell: the search that reached it (its start + 1)
	uint32_t *distance; // by cell
	uint32_t *by_edge;  // by cell: the edge that first reached it
	uint32_t *queue;
};

// The length of the shortest cycle through `start` that is shorter than `limit`, else `limit`. Cells before `start`
// were starts themselves: a shorter cycle through one of them is known, so they are not entered. `last` gets the edge
// that leads back to `start`.
static uint32_t search_from(struct search *s, uint32_t start, uint32_t limit, uint32_t *last)
{
	size_t head = 0, tail = 0;
	s->queue[tail++] = start;
	s->mark[start] = start + 1;
	s->distance[start] = 0;
	while (head < tail) {
		uint32_t cell = s->queue[head++];
		if (s->distance[cell] + 1 >= limit)
			return limit;
		const struct graph_cell *record = &s->graph->cells[cell];
		for (uint32_t e = record->first_edge; e < record->first_edge + record->edge_count; e++) {
			const struct graph_edge *edge = &s->graph->edges[e];
			if (!(edge->kinds & s->kinds) || edge->to < start ||
				s->components->of_cell[edge->to] != s->component)
				continue;
			if (edge->to == start) {
				*last = e;
				return s->distance[cell] + 1;
			}
			if (s->mark[edge->to] == start + 1)
				continue;
			s->mark[edge->to] = start + 1;
			s->distance[edge->to] = s->distance[cell] + 1;
			s->by_edge[edge->to] = e;
			s->queue[tail++] = edge->to;
		}
	}
	return limit;
}

static void record_cycle(
	const struct search *s, uint32_t start, uint32_t length, uint32_t last, struct edge_list *cycle)
{
	cycle->count = length;
	for (uint32_t i = length, edge = last; i-- > 0;) {
		cycle->edges[i] = edge;
		uint32_t from = s->graph->edges[edge].from;
		if (from != start)
			edge = s->by_edge[from];
	}
}

void component_shortest_cycle(const struct graph *graph, uint32_t kinds, const struct components *components,
	size_t component, struct edge_list *cycle)
{
	size_t size = component_size(components, component);
	uint32_t *memory = ARRAY_NEW(uint32_t, graph->cell_count * 3 + size);
	struct search search = {
		.graph = graph,
		.kinds = kinds,
		.components = components,
		.component = (uint32_t)component,
		.mark = memory,
		.distance = memory + graph->cell_count,
		.by_edge = memory + graph->cell_count * 2,
		.queue = memory + graph->cell_count * 3,
	};
	*cycle = (struct edge_list){.edges = ARRAY_NEW(uint32_t, size)};
	uint32_t best = (uint32_t)size + 1;
	for (size_t i = 0; i < size && best > 2; i++) {
		uint32_t start = components->members[components->first[component] + i];
		uint32_t last = 0;
		uint32_t length = search_from(&search, start, best, &last);
		if (length >= best)
			continue;
		best = length;
		record_cycle(&search, start, length, last, cycle);
	}
	free(memory);
}
