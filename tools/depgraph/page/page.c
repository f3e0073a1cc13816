#include "tools/depgraph/page/page.h"

#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/cycle.h"
#include "tools/depgraph/finding.h"

void page_init(struct page *page)
{
	*page = (struct page){};
	strings_init(&page->strings);
}

void page_free(struct page *page)
{
	strings_free(&page->strings);
	free(page->cells);
	free(page->edges);
	free(page->groups);
	free(page->symbols);
	free(page->cycles);
	free(page->cycle_cells);
	*page = (struct page){};
}

static uint32_t add_string(struct page *page, const char *text)
{
	return strings_add(&page->strings, text, strlen(text));
}

// From the last to the first: cells whose names begin alike often belong together.
static uint32_t find_group(struct page *page, const char *name)
{
	uint32_t string = add_string(page, name);
	for (size_t g = page->group_count; g-- > 0;)
		if (page->groups[g].name == string)
			return (uint32_t)g;
	struct page_group *group = ARRAY_ADD(page->groups, page->group_count, page->group_capacity);
	*group = (struct page_group){.name = string, .layer = GRAPH_NONE};
	return (uint32_t)(page->group_count - 1);
}

void page_add_symbol(struct page *page, const char *name)
{
	uint32_t string = add_string(page, name);
	*ARRAY_ADD(page->symbols, page->symbol_count, page->symbol_capacity) = string;
}

struct page_cell *page_add_cell(struct page *page, const struct graph *graph, uint32_t c)
{
	const struct graph_cell *cell = &graph->cells[c];
	struct page_cell made = {
		.name = add_string(page, graph_text(graph, cell->name)),
		.group = find_group(page, graph_text(graph, cell->group)),
		.cell_class = cell->cell_class,
		.code_bytes = cell->code_bytes,
		.constant_bytes = cell->constant_bytes,
		.state_bytes = cell->state_bytes,
		.first_export = (uint32_t)page->symbol_count,
		.export_count = cell->export_count,
	};
	for (uint32_t i = 0; i < cell->export_count; i++)
		page_add_symbol(page, graph_text(graph, graph->exports[cell->first_export + i].name));
	struct page_cell *added = ARRAY_ADD(page->cells, page->cell_count, page->cell_capacity);
	*added = made;
	return added;
}

struct page_edge *page_add_edge(struct page *page, const struct graph *graph, const struct graph_edge *edge,
	uint32_t from, uint32_t to, uint32_t kinds)
{
	struct page_edge *added = ARRAY_ADD(page->edges, page->edge_count, page->edge_capacity);
	*added = (struct page_edge){
		.from = from,
		.to = to,
		.kinds = edge->kinds & (kinds | EDGE_DECLARED),
		.first_symbol = (uint32_t)page->symbol_count,
		.symbol_count = kinds & EDGE_LINK ? edge->import_count : 0,
	};
	for (uint32_t i = 0; i < added->symbol_count; i++)
		page_add_symbol(page, graph_edge_symbol(graph, edge, i));
	if (added->kinds & EDGE_RUNTIME) {
		char *pointers = edge_pointers_text(graph, edge);
		added->pointers = add_string(page, pointers);
		free(pointers);
	}
	return added;
}

static bool has_pointer(const struct graph *graph, const struct edge_list *cycle)
{
	for (size_t i = 0; i < cycle->count; i++)
		if (!(graph->edges[cycle->edges[i]].kinds & EDGE_KINDS_BUILT))
			return true;
	return false;
}

void page_add_cycles(
	struct page *page, const struct graph *graph, uint32_t kinds, bool at_run_time, const uint32_t *page_cell)
{
	struct components components;
	components_find(graph, kinds, &components);
	for (size_t k = 0; k < components.count; k++) {
		size_t size = component_size(&components, k);
		bool whole = size > 1;
		for (size_t i = 0; whole && i < size; i++)
			whole = page_cell[components.members[components.first[k] + i]] != GRAPH_NONE;
		if (!whole)
			continue;
		struct edge_list cycle = {};
		component_shortest_cycle(graph, kinds, &components, k, &cycle);
		bool told = !at_run_time || has_pointer(graph, &cycle);
		if (told)
			*ARRAY_ADD(page->cycles, page->cycle_count, page->cycle_capacity) = (struct page_cycle){
				(uint32_t)page->cycle_cell_count, (uint32_t)cycle.count, (uint32_t)size, at_run_time};
		for (size_t i = 0; told && i < cycle.count; i++)
			*ARRAY_ADD(page->cycle_cells, page->cycle_cell_count, page->cycle_cell_capacity) =
				page_cell[graph->edges[cycle.edges[i]].from];
		edge_list_free(&cycle);
	}
	components_free(&components);
}

static void add_view_edges(
	struct page *page, const struct graph *graph, const struct view *view, const uint32_t *page_cell)
{
	struct view reduced;
	view_init(&reduced, graph, view->kinds);
	memcpy(reduced.cells, view->cells, graph->cell_count * sizeof *view->cells);
	memcpy(reduced.edges, view->edges, graph->edge_count * sizeof *view->edges);
	view_reduce(&reduced, graph);
	for (size_t e = 0; e < graph->edge_count; e++) {
		const struct graph_edge *edge = &graph->edges[e];
		if (!view->edges[e])
			continue;
		struct page_edge *added =
			page_add_edge(page, graph, edge, page_cell[edge->from], page_cell[edge->to], view->kinds);
		added->in_cycle = view->in_cycle[e];
		added->replaced = !reduced.edges[e];
	}
	view_free(&reduced);
}

void page_from_view(struct page *page, const struct graph *graph, const struct view *view, const struct rules *rules)
{
	page_init(page);
	uint32_t *page_cell = ARRAY_NEW(uint32_t, graph->cell_count);
	bool any_folded = false;
	for (uint32_t c = 0; c < graph->cell_count; c++) {
		page_cell[c] = view->cells[c] ? (uint32_t)page->cell_count : GRAPH_NONE;
		any_folded = any_folded || view->folded[c];
		if (view->cells[c])
			page_add_cell(page, graph, c)->focus = view->focus[c];
	}
	// With --collapse, the other groups are open; else those are where the cells in focus stand.
	for (uint32_t c = 0; c < graph->cell_count; c++)
		if (page_cell[c] != GRAPH_NONE && (any_folded ? !view->folded[c] : view->focus[c]))
			page->groups[page->cells[page_cell[c]].group].open = true;
	add_view_edges(page, graph, view, page_cell);
	uint32_t cycle_kinds = view_cycle_kinds(view);
	page_add_cycles(page, graph, cycle_kinds, false, page_cell);
	if (view->kinds != cycle_kinds)
		page_add_cycles(page, graph, view->kinds, true, page_cell);
	free(page_cell);
	page_finish(page, rules);
}

static int compare_edges(const void *a, const void *b)
{
	const struct page_edge *left = a, *right = b;
	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return (left->to > right->to) - (left->to < right->to);
}

// By layer, the highest first (groups of no layer above them all), then by name. Puts each cell's group after.
struct sorted_group {
	const char *name;
	uint32_t layer, old;
};

static int compare_groups(const void *a, const void *b)
{
	const struct sorted_group *left = a, *right = b;
	if (left->layer != right->layer)
		return left->layer > right->layer ? -1 : 1;
	return strcmp(left->name, right->name);
}

static void sort_groups(struct page *page, const struct rules *rules)
{
	struct sorted_group *order = ARRAY_NEW(struct sorted_group, page->group_count);
	struct page_group *sorted = ARRAY_NEW(struct page_group, page->group_count);
	uint32_t *place = ARRAY_NEW(uint32_t, page->group_count);
	for (uint32_t g = 0; g < page->group_count; g++) {
		const char *name = strings_get(&page->strings, page->groups[g].name);
		page->groups[g].layer = rules ? rules_layer(rules, name) : GRAPH_NONE;
		order[g] = (struct sorted_group){name, page->groups[g].layer, g};
	}
	if (page->group_count)
		qsort(order, page->group_count, sizeof *order, compare_groups);
	for (uint32_t g = 0; g < page->group_count; g++) {
		sorted[g] = page->groups[order[g].old];
		place[order[g].old] = g;
	}
	for (size_t c = 0; c < page->cell_count; c++)
		page->cells[c].group = place[page->cells[c].group];
	free(page->groups);
	page->groups = sorted;
	page->group_capacity = page->group_count;
	free(order);
	free(place);
}

void page_finish(struct page *page, const struct rules *rules)
{
	if (page->edge_count)
		qsort(page->edges, page->edge_count, sizeof *page->edges, compare_edges);
	sort_groups(page, rules);
	if (page->group_count == 1 && page->cell_count <= 300)
		page->groups[0].open = true; // one folded box would show nothing
	page_layout(page);
}
