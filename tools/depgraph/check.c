#include "tools/depgraph/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/cycle.h"

enum { SYMBOLS_SHOWN = 8 };

// The line of each symbol that the step uses, or of the cell's header.
static void write_places(FILE *to, const struct graph *graph, struct places *places, const struct graph_edge *edge)
{
	char place[SOURCE_PLACE_BYTES];
	for (uint32_t i = 0; i < edge->import_count && i < SYMBOLS_SHOWN; i++) {
		const char *symbol = graph_edge_symbol(graph, edge, i);
		if (places_of_symbol(places, edge->from, symbol, place))
			fprintf(to, "    %s at %s\n", symbol, place);
	}
	if (!edge->import_count && places_of_edge(places, edge->from, edge->to, place))
		fprintf(to, "    %s at %s\n", graph_cell_name(graph, edge->to), place);
}

// One step of a cycle.
static void write_edge(FILE *to, const struct graph *graph, struct places *places, uint32_t index)
{
	const struct graph_edge *edge = &graph->edges[index];
	char kinds[EDGE_KINDS_TEXT_BYTES];
	char *symbols = edge_symbols_text(graph, edge, SYMBOLS_SHOWN);
	fprintf(to, "%s -> %s  (%s: %s)", graph_cell_name(graph, edge->from), graph_cell_name(graph, edge->to),
		edge_kinds_text(edge->kinds, kinds), symbols);
	free(symbols);
	putc('\n', to);
	if (places)
		write_places(to, graph, places, edge);
}

static void write_cut(FILE *to, const struct graph *graph, const struct edge_list *cut, size_t component_cells)
{
	const char *how = component_cells <= CUT_EXACT_CELLS ? "at the least cost" : "at a low cost";
	size_t weight = 0;
	for (size_t i = 0; i < cut->count; i++)
		weight += edge_weight(&graph->edges[cut->edges[i]]);
	fprintf(to, "to break %s %s, cut %zu edge%s of %zu symbol%s:\n", cut->count == 1 ? "it" : "all its cycles", how,
		cut->count, cut->count == 1 ? "" : "s", weight, weight == 1 ? "" : "s");
	for (size_t i = 0; i < cut->count; i++) {
		fprintf(to, "  ");
		write_edge(to, graph, NULL, cut->edges[i]);
	}
}

// `cut` null: a cycle of run-time pointers, which is none to be cut.
static void report_cycle(const struct graph *graph, struct places *places, const struct edge_list *cycle,
	const struct edge_list *cut, size_t component_cells, struct findings *findings)
{
	bool note = !cut;
	char *path = NULL, *details = NULL;
	size_t path_bytes = 0, details_bytes = 0;
	FILE *path_stream = open_memstream(&path, &path_bytes);
	FILE *stream = open_memstream(&details, &details_bytes);
	if (!path_stream || !stream)
		abort();
	for (size_t i = 0; i < cycle->count; i++) {
		const struct graph_edge *edge = &graph->edges[cycle->edges[i]];
		fprintf(path_stream, "%s -> ", graph_cell_name(graph, edge->from));
		write_edge(stream, graph, places, cycle->edges[i]);
	}
	uint32_t first = graph->edges[cycle->edges[0]].from;
	fprintf(path_stream, "%s", graph_cell_name(graph, first));
	if (!note)
		write_cut(stream, graph, cut, component_cells);
	fclose(path_stream);
	fclose(stream);
	struct finding *finding = findings_add(findings, note ? "run-time-cycle" : "cycle", "%s", path);
	finding->cycle = !note;
	finding->note = note;
	finding->from = first;
	finding->to = graph->edges[cycle->edges[0]].to;
	finding->details = details;
	if (component_cells > cycle->count)
		finding_say(finding, "%zu cells in a circle, the shortest among %zu that all depend on each other: %s",
			cycle->count, component_cells, path);
	else
		finding_say(finding, "%zu cells in a circle: %s", cycle->count, path);
	free(path);
}

// The cell of a component that comes first by name decides where its report stands.
struct located {
	uint32_t first_cell, component;
};

static int compare_located(const void *a, const void *b)
{
	const struct located *left = a, *right = b;
	return (left->first_cell > right->first_cell) - (left->first_cell < right->first_cell);
}

static bool has_pointer(const struct graph *graph, const struct edge_list *cycle)
{
	for (size_t i = 0; i < cycle->count; i++)
		if (!(graph->edges[cycle->edges[i]].kinds & EDGE_KINDS_BUILT))
			return true;
	return false;
}

static void check_component(const struct graph *graph, const struct check_options *options, uint32_t kinds, bool note,
	const struct components *components, uint32_t k, struct findings *findings)
{
	struct edge_list cycle, cut = {};
	component_shortest_cycle(graph, kinds, components, k, &cycle);
	if (!note)
		component_cut(graph, kinds, components, k, &cut);
	if (!note || has_pointer(graph, &cycle))
		report_cycle(
			graph, options->places, &cycle, note ? NULL : &cut, component_size(components, k), findings);
	edge_list_free(&cycle);
	edge_list_free(&cut);
}

static void check_cycles_of(const struct graph *graph, const struct check_options *options, uint32_t kinds, bool note,
	struct findings *findings)
{
	struct components components;
	components_find(graph, kinds, &components);
	struct located *found = ARRAY_NEW(struct located, components.count);
	size_t count = 0;
	for (uint32_t k = 0; k < components.count; k++)
		if (component_size(&components, k) > 1)
			found[count++] = (struct located){components.members[components.first[k]], k};
	if (count)
		qsort(found, count, sizeof *found, compare_located);
	for (size_t i = 0; i < count; i++)
		check_component(graph, options, kinds, note, &components, found[i].component, findings);
	free(found);
	components_free(&components);
}

void check_cycles(const struct graph *graph, const struct check_options *options, struct findings *findings)
{
	check_cycles_of(graph, options, options->kinds, false, findings);
	if (options->notes && graph->pointer_count)
		check_cycles_of(graph, options, options->kinds | EDGE_RUNTIME, true, findings);
}
