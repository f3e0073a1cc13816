// Turns what the readers added into the finished graph: sorted, bound, with edges.
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/graph.h"

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

// By name; of two cells of one name, by the file they came from.
static int compare_cells(const void *a, const void *b, void *context)
{
	const struct graph *graph = context;
	const struct graph_cell *left = a, *right = b;
	int order =
		left->name == right->name ? 0 : strcmp(graph_text(graph, left->name), graph_text(graph, right->name));
	return order ? order : strcmp(graph_text(graph, left->origin), graph_text(graph, right->origin));
}

static int compare_exports(const void *a, const void *b, void *context)
{
	const struct graph *graph = context;
	const struct graph_export *left = a, *right = b;
	return left->name == right->name ? 0 : strcmp(graph_text(graph, left->name), graph_text(graph, right->name));
}

static int compare_states(const void *a, const void *b, void *context)
{
	const struct graph *graph = context;
	const struct graph_state *left = a, *right = b;
	return strcmp(graph_text(graph, left->name), graph_text(graph, right->name));
}

static uint32_t provider_of(const struct graph *graph, const struct graph_import *import)
{
	return import->bound_to == GRAPH_NONE ? GRAPH_NONE : graph->exports[import->bound_to].cell;
}

// By the exporting cell, so that the symbols of an edge stand together; unbound ones last.
static int compare_imports(const void *a, const void *b, void *context)
{
	const struct graph *graph = context;
	const struct graph_import *left = a, *right = b;
	int order = compare_numbers(provider_of(graph, left), provider_of(graph, right));
	if (order || left->name == right->name)
		return order;
	return strcmp(graph_text(graph, left->name), graph_text(graph, right->name));
}

static uint32_t *map_of_strings(const struct graph *graph)
{
	uint32_t *map = ARRAY_NEW(uint32_t, graph->strings.count);
	memset(map, 0xff, graph->strings.count * sizeof *map);
	return map;
}

static void sort_and_index(struct graph *graph)
{
	if (graph->cell_count)
		qsort_r(graph->cells, graph->cell_count, sizeof *graph->cells, compare_cells, graph);
	graph->cell_of = map_of_strings(graph);
	graph->export_of = map_of_strings(graph);
	for (size_t c = 0; c < graph->cell_count; c++) {
		struct graph_cell *cell = &graph->cells[c];
		if (graph->cell_of[cell->name] == GRAPH_NONE)
			graph->cell_of[cell->name] = (uint32_t)c;
		struct graph_export *exports = cell->export_count ? graph->exports + cell->first_export : NULL;
		if (exports)
			qsort_r(exports, cell->export_count, sizeof *exports, compare_exports, graph);
		if (cell->state_count)
			qsort_r(graph->states + cell->first_state, cell->state_count, sizeof *graph->states,
				compare_states, graph);
		for (uint32_t i = 0; i < cell->export_count; i++) {
			exports[i].cell = (uint32_t)c;
			if (graph->export_of[exports[i].name] == GRAPH_NONE)
				graph->export_of[exports[i].name] = cell->first_export + i;
		}
	}
}

// Of two exports of one name (an error that `check` reports) the one of the cell that the importer names is taken.
static uint32_t export_for(const struct graph *graph, const struct graph_import *import)
{
	uint32_t first = graph->export_of[import->name];
	uint32_t named = import->from_cell ? graph->cell_of[import->from_cell] : GRAPH_NONE;
	if (first == GRAPH_NONE || named == GRAPH_NONE || graph->exports[first].cell == named)
		return first;
	const struct graph_cell *cell = &graph->cells[named];
	for (uint32_t i = 0; i < cell->export_count; i++)
		if (graph->exports[cell->first_export + i].name == import->name)
			return cell->first_export + i;
	return first;
}

static void bind_imports(struct graph *graph)
{
	for (size_t c = 0; c < graph->cell_count; c++) {
		struct graph_cell *cell = &graph->cells[c];
		if (!cell->import_count)
			continue;
		struct graph_import *imports = graph->imports + cell->first_import;
		for (uint32_t i = 0; i < cell->import_count; i++) {
			imports[i].bound_to = export_for(graph, &imports[i]);
			if (imports[i].bound_to != GRAPH_NONE)
				graph->exports[imports[i].bound_to].user_count++;
		}
		qsort_r(imports, cell->import_count, sizeof *imports, compare_imports, graph);
	}
}

// Who keeps a pointer into whom.
struct reference {
	uint32_t from, to;
};

// Scratch of make_edges: for the cell at hand, which edge goes to each cell.
struct edge_maker {
	struct graph *graph;
	const struct reference *references; // sorted by `from`; those of the cell at hand and later ones
	const struct reference *references_end;
	uint32_t *edge_to; // by cell; valid if it is at least first_edge
	uint32_t first_edge;
};

static bool has_edge_to(const struct edge_maker *maker, uint32_t to)
{
	return maker->edge_to[to] != GRAPH_NONE && maker->edge_to[to] >= maker->first_edge;
}

static struct graph_edge *edge_to(struct edge_maker *maker, uint32_t from, uint32_t to)
{
	struct graph *graph = maker->graph;
	if (has_edge_to(maker, to))
		return &graph->edges[maker->edge_to[to]];
	maker->edge_to[to] = (uint32_t)graph->edge_count;
	struct graph_edge *edge = ARRAY_ADD(graph->edges, graph->edge_count, graph->edge_capacity);
	edge->from = from;
	edge->to = to;
	return edge;
}

static int compare_edges(const void *a, const void *b)
{
	const struct graph_edge *left = a, *right = b;
	return compare_numbers(left->to, right->to);
}

static void make_edges_of_cell(struct edge_maker *maker, uint32_t from)
{
	struct graph *graph = maker->graph;
	struct graph_cell *cell = &graph->cells[from];
	maker->first_edge = cell->first_edge = (uint32_t)graph->edge_count;
	for (uint32_t i = cell->first_import; i < cell->first_import + cell->import_count; i++) {
		uint32_t to = provider_of(graph, &graph->imports[i]);
		if (to == GRAPH_NONE || to == from)
			continue;
		struct graph_edge *edge = edge_to(maker, from, to);
		if (edge->import_count++ == 0)
			edge->first_import = i;
		edge->kinds |= EDGE_LINK;
	}
	for (uint32_t i = cell->first_dependency; i < cell->first_dependency + cell->dependency_count; i++) {
		uint32_t to = graph->cell_of[graph->dependencies[i].name];
		uint32_t kinds = graph->dependencies[i].kinds;
		if (to == GRAPH_NONE || to == from || (kinds == EDGE_IMPLICIT && !has_edge_to(maker, to)))
			continue; // what every cell may use, but this one does not, is no dependency
		edge_to(maker, from, to)->kinds |= kinds;
	}
	for (; maker->references < maker->references_end && maker->references->from == from; maker->references++)
		edge_to(maker, from, maker->references->to)->kinds |= EDGE_RUNTIME;
	cell->edge_count = (uint32_t)graph->edge_count - cell->first_edge;
	if (cell->edge_count)
		qsort(graph->edges + cell->first_edge, cell->edge_count, sizeof *graph->edges, compare_edges);
}

// A slot in the heap lies in no cell; then its holder begins with the name of the cell ("log: sink").
static uint32_t keeper_of(const struct graph *graph, const struct graph_pointer *pointer)
{
	if (pointer->keeper)
		return graph->cell_of[pointer->keeper];
	char name[CELL_METADATA_NAME_LIMIT + 1];
	const char *holder = graph_text(graph, pointer->holder);
	size_t length = strspn(holder, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (length >= sizeof name)
		return GRAPH_NONE;
	memcpy(name, holder, length);
	name[length] = '\0';
	return graph_find_cell(graph, name);
}

static int compare_references(const void *a, const void *b)
{
	const struct reference *left = a, *right = b;
	return left->from == right->from ? compare_numbers(left->to, right->to)
					 : compare_numbers(left->from, right->from);
}

static int compare_pointers(const void *a, const void *b, void *context)
{
	const struct graph *graph = context;
	const struct graph_pointer *left = a, *right = b;
	int order = strcmp(graph_text(graph, left->holder), graph_text(graph, right->holder));
	return order ? order : strcmp(graph_text(graph, left->symbol), graph_text(graph, right->symbol));
}

// The pointers that lead from one cell into another. Names the keeper of each.
static struct reference *find_references(struct graph *graph, size_t *count)
{
	struct reference *references = ARRAY_NEW(struct reference, graph->pointer_count);
	*count = 0;
	for (uint32_t c = 0; c < graph->cell_count; c++) {
		struct graph_cell *cell = &graph->cells[c];
		if (!cell->pointer_count)
			continue;
		struct graph_pointer *pointers = graph->pointers + cell->first_pointer;
		for (uint32_t i = 0; i < cell->pointer_count; i++) {
			uint32_t keeper = keeper_of(graph, &pointers[i]);
			pointers[i].keeper = keeper == GRAPH_NONE ? pointers[i].keeper : graph->cells[keeper].name;
			if (keeper != GRAPH_NONE && keeper != c)
				references[(*count)++] = (struct reference){keeper, c};
		}
		qsort_r(pointers, cell->pointer_count, sizeof *pointers, compare_pointers, graph);
	}
	if (*count)
		qsort(references, *count, sizeof *references, compare_references);
	return references;
}

// Counting sort by `to`; edges are visited by `from`, so each list comes out sorted.
static void make_incoming(struct graph *graph)
{
	graph->incoming = ARRAY_NEW(uint32_t, graph->edge_count);
	for (size_t e = 0; e < graph->edge_count; e++)
		graph->cells[graph->edges[e].to].incoming_count++;
	uint32_t next = 0;
	for (size_t c = 0; c < graph->cell_count; c++) {
		graph->cells[c].first_incoming = next;
		next += graph->cells[c].incoming_count;
		graph->cells[c].incoming_count = 0;
	}
	for (size_t e = 0; e < graph->edge_count; e++) {
		struct graph_cell *to = &graph->cells[graph->edges[e].to];
		graph->incoming[to->first_incoming + to->incoming_count++] = (uint32_t)e;
	}
}

static int compare_bindings(const void *a, const void *b, void *context)
{
	const struct graph *graph = context;
	const struct graph_binding *left = a, *right = b;
	int order = strcmp(graph_text(graph, left->from), graph_text(graph, right->from));
	order = order ? order : (int)right->within - (int)left->within;
	order = order ? order : strcmp(graph_text(graph, left->cell), graph_text(graph, right->cell));
	order = order ? order : strcmp(graph_text(graph, left->target), graph_text(graph, right->target));
	return order ? order : (int)left->strays - (int)right->strays;
}

static bool same_binding(const struct graph_binding *a, const struct graph_binding *b)
{
	return a->from == b->from && a->within == b->within && a->cell == b->cell && a->target == b->target &&
	       a->strays == b->strays;
}

// Names the cell of each, and makes one of those that are equal.
static void settle_bindings(struct graph *graph, struct graph_cell *cell)
{
	struct graph_binding *bindings = graph->bindings + cell->first_binding;
	for (uint32_t i = 0; i < cell->binding_count; i++) {
		uint32_t export = bindings[i].within ? GRAPH_NONE : graph->export_of[bindings[i].target];
		if (bindings[i].within)
			bindings[i].cell = cell->name;
		else if (!bindings[i].cell && export != GRAPH_NONE)
			bindings[i].cell = graph->cells[graph->exports[export].cell].name;
	}
	qsort_r(bindings, cell->binding_count, sizeof *bindings, compare_bindings, graph);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < cell->binding_count; i++) {
		if (kept && same_binding(&bindings[kept - 1], &bindings[i]))
			bindings[kept - 1].places += bindings[i].places;
		else
			bindings[kept++] = bindings[i];
	}
	cell->binding_count = kept;
}

static int compare_sections(const void *a, const void *b, void *context)
{
	const struct graph *graph = context;
	const struct graph_section *left = a, *right = b;
	int order = (int)left->kind - (int)right->kind;
	return order ? order : strcmp(graph_text(graph, left->name), graph_text(graph, right->name));
}

static void settle_sections(struct graph *graph)
{
	for (size_t c = 0; c < graph->cell_count; c++) {
		struct graph_cell *cell = &graph->cells[c];
		if (cell->section_count)
			qsort_r(graph->sections + cell->first_section, cell->section_count, sizeof *graph->sections,
				compare_sections, graph);
		if (cell->binding_count)
			settle_bindings(graph, cell);
	}
}

void graph_finish(struct graph *graph)
{
	sort_and_index(graph);
	bind_imports(graph);
	settle_sections(graph);
	size_t reference_count;
	struct reference *references = find_references(graph, &reference_count);
	struct edge_maker maker = {.graph = graph,
		.references = references,
		.references_end = references + reference_count,
		.edge_to = ARRAY_NEW(uint32_t, graph->cell_count)};
	memset(maker.edge_to, 0xff, graph->cell_count * sizeof *maker.edge_to);
	for (size_t c = 0; c < graph->cell_count; c++)
		make_edges_of_cell(&maker, (uint32_t)c);
	free(maker.edge_to);
	free(references);
	make_incoming(graph);
}
