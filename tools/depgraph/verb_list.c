// `depgraph list`: tables that grep, sort and awk can read: one record a line, no blank inside a column.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/render_json.h"
#include "tools/depgraph/verb.h"

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

static void list_cells(FILE *to, const struct graph *graph)
{
	int name_width = 4, group_width = 5;
	for (size_t c = 0; c < graph->cell_count; c++) {
		int name = (int)strlen(graph_cell_name(graph, c));
		int group = (int)strlen(graph_text(graph, graph->cells[c].group));
		name_width = name > name_width ? name : name_width;
		group_width = group > group_width ? group : group_width;
	}
	fprintf(to, "%-*s  %-*s  %-7s  %-7s  %7s  %7s  %4s  %4s  %8s  %8s  %8s\n", name_width, "CELL", group_width,
		"GROUP", "CLASS", "VERSION", "EXPORTS", "IMPORTS", "USES", "USED", "CODE", "CONST", "STATE");
	for (size_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		fprintf(to, "%-*s  %-*s  %-7s  %-7s  %7u  %7u  %4u  %4u  %8" PRIu64 "  %8" PRIu64 "  %8" PRIu64 "\n",
			name_width, graph_text(graph, cell->name), group_width, or_dash(graph_text(graph, cell->group)),
			graph_class_name(cell->cell_class), or_dash(graph_text(graph, cell->version)),
			cell->export_count, cell->import_count, cell->edge_count, cell->incoming_count,
			cell->code_bytes, cell->constant_bytes, cell->state_bytes);
	}
}

static void list_edges(FILE *to, const struct graph *graph, uint32_t kinds)
{
	for (size_t e = 0; e < graph->edge_count; e++) {
		const struct graph_edge *edge = &graph->edges[e];
		if (!(edge->kinds & kinds))
			continue;
		char text[EDGE_KINDS_TEXT_BYTES];
		fprintf(to, "%s %s %s %u", graph_cell_name(graph, edge->from), graph_cell_name(graph, edge->to),
			edge_kinds_text(edge->kinds, text), edge->import_count);
		for (uint32_t i = 0; i < edge->import_count; i++)
			fprintf(to, "%c%s", i ? ',' : ' ', graph_edge_symbol(graph, edge, i));
		fputs(edge->import_count ? "\n" : " -\n", to);
	}
}

static void list_symbols(FILE *to, const struct graph *graph)
{
	static const char *const kinds[] = {"function", "object", "other"};
	for (size_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		for (uint32_t i = cell->first_export; i < cell->first_export + cell->export_count; i++) {
			const struct graph_export *export = &graph->exports[i];
			fprintf(to, "%s %s %s %u ", graph_text(graph, export->name), graph_text(graph, cell->name),
				kinds[export->kind], export->size_bytes);
			for (size_t b = 0; type_hash_known(export->hash) && b < sizeof export->hash.bytes; b++)
				fprintf(to, "%02x", export->hash.bytes[b]);
			fprintf(to, "%s %u\n", type_hash_known(export->hash) ? "" : "-", export->user_count);
		}
	}
}

static const char *target_cell(const struct graph *graph, const struct graph_binding *binding)
{
	return binding->cell ? graph_text(graph, binding->cell) : "-";
}

static void list_sections(FILE *to, const struct graph *graph)
{
	for (size_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		const char *name = graph_cell_name(graph, c);
		for (uint32_t i = 0; i < cell->section_count; i++) {
			const struct graph_section *section = &graph->sections[cell->first_section + i];
			fprintf(to, "%s %s %s %" PRIu64, name, graph_text(graph, section->name),
				graph_section_kind_name(section->kind), section->size_bytes);
			if (section->address)
				fprintf(to, " 0x%" PRIx64, section->address);
			putc('\n', to);
		}
		for (uint32_t i = 0; i < cell->binding_count; i++) {
			const struct graph_binding *binding = &graph->bindings[cell->first_binding + i];
			fprintf(to, "%s %s -> %s %s %u%s\n", name, graph_text(graph, binding->from),
				target_cell(graph, binding), or_dash(graph_text(graph, binding->target)),
				binding->places, binding->strays ? " strays" : "");
		}
	}
}

static void list_json(FILE *to, const struct graph *graph)
{
	struct view view;
	view_init(&view, graph, EDGE_KINDS_USED | EDGE_DECLARED);
	render_json(to, graph, &view);
	view_free(&view);
}

int verb_list(const struct options *options)
{
	struct graph graph;
	int status = load_graph(options, 0, true, &graph);
	if (status == EXIT_GOOD) {
		struct output output;
		output_open(&output, options);
		if (strcmp(output_format(options), "json") == 0)
			list_json(output.stream, &graph);
		else if (options->list_edges)
			list_edges(output.stream, &graph, options->kinds);
		else if (options->sections)
			list_sections(output.stream, &graph);
		else if (options->list_symbols)
			list_symbols(output.stream, &graph);
		else
			list_cells(output.stream, &graph);
		status = output_close(&output);
	}
	graph_free(&graph);
	return status;
}
