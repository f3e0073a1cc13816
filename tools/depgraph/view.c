#include "tools/depgraph/view.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

uint32_t view_cycle_kinds(const struct view *view)
{
	return view->kinds & EDGE_KINDS_BUILT ? view->kinds & ~(uint32_t)EDGE_RUNTIME : view->kinds;
}

static void mark_cycles(struct view *view, const struct graph *graph)
{
	struct components components;
	components_find(graph, view_cycle_kinds(view), &components);
	for (size_t e = 0; e < graph->edge_count; e++)
		view->in_cycle[e] = view->edges[e] && graph->edges[e].kinds & view_cycle_kinds(view) &&
				    components.of_cell[graph->edges[e].from] == components.of_cell[graph->edges[e].to];
	components_free(&components);
}

void view_init(struct view *view, const struct graph *graph, uint32_t kinds)
{
	*view = (struct view){
		.kinds = kinds,
		.cells = ARRAY_NEW(bool, graph->cell_count),
		.edges = ARRAY_NEW(bool, graph->edge_count),
		.in_cycle = ARRAY_NEW(bool, graph->edge_count),
		.focus = ARRAY_NEW(bool, graph->cell_count),
		.box = ARRAY_NEW(uint32_t, graph->cell_count),
		.folded = ARRAY_NEW(bool, graph->cell_count),
	};
	for (size_t c = 0; c < graph->cell_count; c++) {
		view->cells[c] = true;
		view->box[c] = (uint32_t)c;
	}
	for (size_t e = 0; e < graph->edge_count; e++)
		view->edges[e] = graph->edges[e].kinds & kinds;
	mark_cycles(view, graph);
	view_settle(view, graph);
}

void view_free(struct view *view)
{
	free(view->cells);
	free(view->edges);
	free(view->in_cycle);
	free(view->focus);
	free(view->box);
	free(view->folded);
	free(view->whole);
	*view = (struct view){};
}

enum direction { FORWARDS = 1, BACKWARDS = 2 };

// Marks in `reached` what lies at most `depth` shown edges away from the marked cells.
static void spread(const struct view *view, const struct graph *graph, bool *reached, size_t depth, int directions)
{
	uint32_t *queue = ARRAY_NEW(uint32_t, graph->cell_count);
	size_t head = 0, tail = 0;
	for (uint32_t c = 0; c < graph->cell_count; c++)
		if (reached[c])
			queue[tail++] = c;
	for (size_t level = 0; level < depth && head < tail; level++) {
		for (size_t level_end = tail; head < level_end; head++) {
			const struct graph_cell *cell = &graph->cells[queue[head]];
			for (uint32_t i = 0; directions & FORWARDS && i < cell->edge_count; i++) {
				uint32_t to = graph->edges[cell->first_edge + i].to;
				if (view->edges[cell->first_edge + i] && !reached[to]) {
					reached[to] = true;
					queue[tail++] = to;
				}
			}
			for (uint32_t i = 0; directions & BACKWARDS && i < cell->incoming_count; i++) {
				uint32_t edge = graph->incoming[cell->first_incoming + i];
				uint32_t from = graph->edges[edge].from;
				if (view->edges[edge] && !reached[from]) {
					reached[from] = true;
					queue[tail++] = from;
				}
			}
		}
	}
	free(queue);
}

static bool *copy_of(const bool *cells, size_t count)
{
	bool *copy = ARRAY_NEW(bool, count);
	memcpy(copy, cells, count * sizeof *copy);
	return copy;
}

static void keep(struct view *view, const struct graph *graph, const bool *cells)
{
	for (size_t c = 0; c < graph->cell_count; c++)
		view->cells[c] = view->cells[c] && cells[c];
	view_settle(view, graph);
}

void view_focus(struct view *view, const struct graph *graph, const bool *focus, size_t depth)
{
	bool *reached = copy_of(focus, graph->cell_count);
	bool *forwards = copy_of(focus, graph->cell_count);
	spread(view, graph, reached, depth, BACKWARDS);
	spread(view, graph, forwards, depth, FORWARDS);
	for (size_t c = 0; c < graph->cell_count; c++) {
		reached[c] = reached[c] || forwards[c];
		view->focus[c] = view->focus[c] || focus[c];
	}
	keep(view, graph, reached);
	free(reached);
	free(forwards);
}

void view_from(struct view *view, const struct graph *graph, const bool *cells)
{
	bool *reached = copy_of(cells, graph->cell_count);
	spread(view, graph, reached, SIZE_MAX, FORWARDS);
	keep(view, graph, reached);
	free(reached);
}

void view_to(struct view *view, const struct graph *graph, const bool *cells)
{
	bool *reached = copy_of(cells, graph->cell_count);
	spread(view, graph, reached, SIZE_MAX, BACKWARDS);
	keep(view, graph, reached);
	free(reached);
}

void view_without(struct view *view, const struct graph *graph, const bool *cells)
{
	for (size_t c = 0; c < graph->cell_count; c++)
		view->cells[c] = view->cells[c] && !cells[c];
	view_settle(view, graph);
}

void view_only_cycles(struct view *view, const struct graph *graph)
{
	bool *cells = ARRAY_NEW(bool, graph->cell_count);
	for (size_t e = 0; e < graph->edge_count; e++) {
		view->edges[e] = view->edges[e] && view->in_cycle[e];
		if (view->edges[e])
			cells[graph->edges[e].from] = cells[graph->edges[e].to] = true;
	}
	keep(view, graph, cells);
	free(cells);
}

void view_collapse(struct view *view, const struct graph *graph, const char *pattern)
{
	uint32_t *first = ARRAY_NEW(uint32_t, graph->strings.count);
	memset(first, 0xff, graph->strings.count * sizeof *first);
	for (size_t c = 0; c < graph->cell_count; c++) {
		uint32_t group = graph->cells[c].group;
		if (!view->cells[c] || fnmatch(pattern, graph_text(graph, group), 0) != 0)
			continue;
		if (first[group] == GRAPH_NONE)
			first[group] = (uint32_t)c;
		view->box[c] = first[group];
		view->folded[c] = true;
	}
	free(first);
}

void view_settle(struct view *view, const struct graph *graph)
{
	view->cell_count = view->edge_count = 0;
	for (size_t c = 0; c < graph->cell_count; c++)
		view->cell_count += view->cells[c];
	for (size_t e = 0; e < graph->edge_count; e++) {
		view->edges[e] = view->edges[e] && view->cells[graph->edges[e].from] && view->cells[graph->edges[e].to];
		view->edge_count += view->edges[e];
	}
}
