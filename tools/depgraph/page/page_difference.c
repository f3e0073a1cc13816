// Two graphs on one page: what both have, what came, what went.
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/cycle.h"
#include "tools/depgraph/page/page.h"

// Where each cell of the two graphs stands on the page.
struct numbers {
	uint32_t *before, *after;
};

static void add_cell(struct page *page, const struct difference *d, uint32_t before, uint32_t after,
	const struct cell_change **change, const struct numbers *numbers)
{
	uint32_t place = (uint32_t)page->cell_count;
	struct page_cell *cell =
		after != GRAPH_NONE ? page_add_cell(page, d->after, after) : page_add_cell(page, d->before, before);
	if (before != GRAPH_NONE)
		numbers->before[before] = place;
	if (after != GRAPH_NONE)
		numbers->after[after] = place;
	const struct cell_change *next = *change; // sorted by name as the cells are
	if (!d->cell_count || next == d->cells + d->cell_count || next->before != before || next->after != after)
		return;
	cell->change = next->change;
	cell->interface_changed = next->interface;
	cell->state_changed = next->state;
	cell->size_changed = next->size;
	++*change;
}

// Both lists of cells are sorted by name: one walk along both.
static void add_cells(struct page *page, const struct difference *d, const struct numbers *numbers)
{
	uint32_t a = 0, b = 0;
	const struct cell_change *change = d->cells;
	while (a < d->before->cell_count || b < d->after->cell_count) {
		int order = a == d->before->cell_count ? 1
			    : b == d->after->cell_count
				    ? -1
				    : strcmp(graph_cell_name(d->before, a), graph_cell_name(d->after, b));
		add_cell(page, d, order <= 0 ? a : GRAPH_NONE, order >= 0 ? b : GRAPH_NONE, &change, numbers);
		a += order <= 0;
		b += order >= 0;
	}
}

// Appends the symbols of `edge` that `other` has too, or has not. Both are sorted by name.
static uint32_t add_symbols(struct page *page, const struct graph *graph, const struct graph_edge *edge,
	const struct graph *other_graph, const struct graph_edge *other, bool common)
{
	uint32_t added = 0;
	for (uint32_t i = 0, j = 0; i < edge->import_count; i++) {
		const char *name = graph_edge_symbol(graph, edge, i);
		while (j < other->import_count && strcmp(graph_edge_symbol(other_graph, other, j), name) < 0)
			j++;
		bool found = j < other->import_count && strcmp(graph_edge_symbol(other_graph, other, j), name) == 0;
		if (found != common)
			continue;
		page_add_symbol(page, name);
		added++;
	}
	return added;
}

// Cycles are those of the graph after: `after` is its components, `edge` one of its edges.
static bool closes_circle(const struct components *after, const struct graph_edge *edge)
{
	return after->of_cell[edge->from] == after->of_cell[edge->to];
}

static void add_changed_edge(struct page *page, const struct difference *d, const struct edge_change *change,
	const struct numbers *numbers, const struct components *components, uint32_t kinds)
{
	const struct graph_edge *before = change->before, *after = change->after;
	const struct graph *graph = after ? d->after : d->before;
	const struct graph_edge *edge = after ? after : before;
	const uint32_t *places_in = after ? numbers->after : numbers->before;
	size_t first_symbol = page->symbol_count;
	struct page_edge *added = page_add_edge(page, graph, edge, places_in[edge->from], places_in[edge->to], kinds);
	added->change = change->change;
	added->in_cycle = after && closes_circle(components, after);
	if (change->change != CHANGE_CHANGED || !(kinds & EDGE_LINK))
		return;
	page->symbol_count = first_symbol; // these are of one graph alone
	added->symbol_count = add_symbols(page, d->after, after, d->before, before, true);
	added->added_count = add_symbols(page, d->after, after, d->before, before, false);
	added->removed_count = add_symbols(page, d->before, before, d->after, after, false);
}

void page_from_difference(
	struct page *page, const struct difference *difference, uint32_t kinds, const struct rules *rules)
{
	const struct difference *d = difference;
	page_init(page);
	page->is_difference = true;
	struct numbers numbers = {
		ARRAY_NEW(uint32_t, d->before->cell_count), ARRAY_NEW(uint32_t, d->after->cell_count)};
	add_cells(page, d, &numbers);
	struct components components;
	components_find(d->after, kinds & ~(uint32_t)EDGE_RUNTIME, &components);
	bool *told = ARRAY_NEW(bool, d->after->edge_count);
	for (size_t i = 0; i < d->edge_count; i++) {
		add_changed_edge(page, d, &d->edges[i], &numbers, &components, kinds);
		if (d->edges[i].after)
			told[d->edges[i].after - d->after->edges] = true;
	}
	for (size_t e = 0; e < d->after->edge_count; e++) {
		const struct graph_edge *edge = &d->after->edges[e];
		if (told[e] || !(edge->kinds & kinds))
			continue;
		struct page_edge *added =
			page_add_edge(page, d->after, edge, numbers.after[edge->from], numbers.after[edge->to], kinds);
		added->in_cycle = closes_circle(&components, edge);
	}
	page_add_cycles(page, d->after, kinds & ~(uint32_t)EDGE_RUNTIME, false, numbers.after);
	components_free(&components);
	free(told);
	free(numbers.before);
	free(numbers.after);
	page_finish(page, rules);
}
