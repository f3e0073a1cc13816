// Transitive reduction of what a view shows.
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/view.h"

enum { WORD_BITS = 64 };

struct reducer {
	struct view *view;
	const struct graph *graph;
	struct components components;
	size_t words;   // of one component's set
	uint64_t *sets; // by component: which components it reaches, itself included
	uint32_t *targets;
	uint64_t *direct; // components that the one at hand has an edge to that nothing longer replaces
};

static bool contains(const uint64_t *set, uint32_t member)
{
	return set[member / WORD_BITS] >> member % WORD_BITS & 1;
}

static void insert(uint64_t *set, uint32_t member)
{
	set[member / WORD_BITS] |= UINT64_C(1) << member % WORD_BITS;
}

static int compare_downwards(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left < right) - (left > right);
}

// A run-time pointer neither replaces an edge nor is replaced by one.
static bool is_reduced(const struct reducer *r, uint32_t edge)
{
	return r->view->edges[edge] && r->graph->edges[edge].kinds & view_cycle_kinds(r->view);
}

// The components that component `from` has an edge to, highest number (nearest in topological order) first.
static size_t collect_targets(struct reducer *r, uint32_t from)
{
	size_t count = 0;
	for (uint32_t m = r->components.first[from]; m < r->components.first[from + 1]; m++) {
		const struct graph_cell *cell = &r->graph->cells[r->components.members[m]];
		for (uint32_t e = cell->first_edge; e < cell->first_edge + cell->edge_count; e++) {
			uint32_t to = r->components.of_cell[r->graph->edges[e].to];
			if (is_reduced(r, e) && to != from)
				r->targets[count++] = to;
		}
	}
	if (count)
		qsort(r->targets, count, sizeof *r->targets, compare_downwards);
	return count;
}

static void drop_edges(struct reducer *r, uint32_t from)
{
	for (uint32_t m = r->components.first[from]; m < r->components.first[from + 1]; m++) {
		const struct graph_cell *cell = &r->graph->cells[r->components.members[m]];
		for (uint32_t e = cell->first_edge; e < cell->first_edge + cell->edge_count; e++) {
			uint32_t to = r->components.of_cell[r->graph->edges[e].to];
			if (is_reduced(r, e) && to != from && !contains(r->direct, to))
				r->view->edges[e] = false;
		}
	}
}

// Components come in the order of their numbers, so those that `from` reaches are done.
static void reduce_component(struct reducer *r, uint32_t from)
{
	uint64_t *set = r->sets + from * r->words;
	size_t count = collect_targets(r, from);
	for (size_t i = 0; i < count; i++) {
		uint32_t to = r->targets[i];
		if (contains(set, to))
			continue;
		insert(r->direct, to);
		for (size_t w = 0; w < r->words; w++)
			set[w] |= r->sets[to * r->words + w];
	}
	insert(set, from);
	drop_edges(r, from);
	for (size_t i = 0; i < count; i++)
		r->direct[r->targets[i] / WORD_BITS] = 0;
}

void view_reduce(struct view *view, const struct graph *graph)
{
	struct reducer r = {.view = view, .graph = graph};
	free(view->whole);
	view->whole = ARRAY_NEW(bool, graph->edge_count);
	memcpy(view->whole, view->edges, graph->edge_count * sizeof *view->edges);
	components_find(graph, view_cycle_kinds(view), &r.components);
	r.words = r.components.count / WORD_BITS + 1;
	r.sets = ARRAY_NEW(uint64_t, r.components.count * r.words);
	r.targets = ARRAY_NEW(uint32_t, graph->edge_count);
	r.direct = ARRAY_NEW(uint64_t, r.words);
	for (uint32_t component = 0; component < r.components.count; component++)
		reduce_component(&r, component);
	free(r.sets);
	free(r.targets);
	free(r.direct);
	components_free(&r.components);
	view_settle(view, graph);
}
