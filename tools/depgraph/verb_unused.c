// `depgraph unused`: what could go, as far as the graph can tell.
#include "tools/depgraph/verb.h"

static void print_unused(FILE *to, const struct graph *graph)
{
	for (size_t c = 0; c < graph->cell_count; c++)
		if (!graph->cells[c].incoming_count)
			fprintf(to, "cell %s\n", graph_cell_name(graph, c));
	for (size_t e = 0; e < graph->edge_count; e++) {
		const struct graph_edge *edge = &graph->edges[e];
		if (!(edge->kinds & EDGE_KINDS_USED))
			fprintf(to, "dependency %s %s\n", graph_cell_name(graph, edge->from),
				graph_cell_name(graph, edge->to));
	}
	for (size_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		for (uint32_t i = cell->first_export; i < cell->first_export + cell->export_count; i++)
			if (graph_export_is_unused(&graph->exports[i]))
				fprintf(to, "export %s %s %u\n", graph_cell_name(graph, c),
					graph_text(graph, graph->exports[i].name), graph->exports[i].size_bytes);
	}
}

int verb_unused(const struct options *options)
{
	struct graph graph;
	int status = load_graph(options, 0, true, &graph);
	if (status == EXIT_GOOD) {
		struct output output;
		output_open(&output, options);
		print_unused(output.stream, &graph);
		status = output_close(&output);
	}
	graph_free(&graph);
	return status;
}
