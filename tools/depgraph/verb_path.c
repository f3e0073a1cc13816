// `depgraph path A B`: all that lies between two cells, and where every way must pass.
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/finding.h"
#include "tools/depgraph/paths.h"
#include "tools/depgraph/verb.h"

enum { SYMBOLS_SHOWN = 8 };

struct between {
	const struct graph *graph;
	uint32_t kinds, from, to;
	uint32_t *after;  // by cell: distance from `from`
	uint32_t *before; // by cell: distance to `to`
};

static bool lies_between(const struct between *b, uint32_t cell)
{
	return b->after[cell] != DISTANCE_NONE && b->before[cell] != DISTANCE_NONE;
}

static bool edge_lies_between(const struct between *b, const struct graph_edge *edge)
{
	return edge->kinds & b->kinds && lies_between(b, edge->from) && lies_between(b, edge->to);
}

// Whether a way leads from `from` to `to` that does not pass `barred`.
static bool passes_without(const struct between *b, uint32_t barred, uint32_t *queue, uint32_t *visited)
{
	size_t head = 0, tail = 0;
	queue[tail++] = b->from;
	visited[b->from] = barred + 1;
	while (head < tail) {
		const struct graph_cell *cell = &b->graph->cells[queue[head++]];
		for (uint32_t e = cell->first_edge; e < cell->first_edge + cell->edge_count; e++) {
			const struct graph_edge *edge = &b->graph->edges[e];
			if (!edge_lies_between(b, edge) || edge->to == barred || visited[edge->to] == barred + 1)
				continue;
			if (edge->to == b->to)
				return true;
			visited[edge->to] = barred + 1;
			queue[tail++] = edge->to;
		}
	}
	return false;
}

// The cells that every way passes lie on a shortest one too.
static void tell_gates(FILE *to, const struct between *b)
{
	uint32_t *queue = ARRAY_NEW(uint32_t, b->graph->cell_count);
	uint32_t *visited = ARRAY_NEW(uint32_t, b->graph->cell_count);
	size_t count = 0;
	fprintf(to, "every way passes:");
	for (uint32_t cell = b->from; cell != b->to;) {
		const struct graph_cell *record = &b->graph->cells[cell];
		uint32_t e = record->first_edge;
		while (!edge_lies_between(b, &b->graph->edges[e]) ||
			b->before[b->graph->edges[e].to] + 1 != b->before[cell])
			e++;
		cell = b->graph->edges[e].to;
		if (cell != b->to && !passes_without(b, cell, queue, visited)) {
			fprintf(to, " %s", graph_cell_name(b->graph, cell));
			count++;
		}
	}
	fprintf(to, "%s\n", count ? "" : " no cell in particular");
	free(queue);
	free(visited);
}

static void tell_edges(FILE *to, const struct between *b)
{
	for (size_t e = 0; e < b->graph->edge_count; e++) {
		const struct graph_edge *edge = &b->graph->edges[e];
		if (!edge_lies_between(b, edge))
			continue;
		char kinds[EDGE_KINDS_TEXT_BYTES];
		char *symbols = edge_symbols_text(b->graph, edge, SYMBOLS_SHOWN);
		fprintf(to, "  %s -> %s  (%s: %s)\n", graph_cell_name(b->graph, edge->from),
			graph_cell_name(b->graph, edge->to), edge_kinds_text(edge->kinds, kinds), symbols);
		free(symbols);
	}
}

static void tell(FILE *to, const struct between *b)
{
	size_t cells = 0, edges = 0;
	for (uint32_t c = 0; c < b->graph->cell_count; c++)
		cells += lies_between(b, c) && c != b->from && c != b->to;
	for (size_t e = 0; e < b->graph->edge_count; e++)
		edges += edge_lies_between(b, &b->graph->edges[e]);
	fprintf(to, "between %s and %s: %zu cell%s, %zu edge%s; the shortest way has %u step%s\n",
		graph_cell_name(b->graph, b->from), graph_cell_name(b->graph, b->to), cells, cells == 1 ? "" : "s",
		edges, edges == 1 ? "" : "s", b->after[b->to], b->after[b->to] == 1 ? "" : "s");
	tell_gates(to, b);
	tell_edges(to, b);
}

static int answer(const struct options *options, const struct graph *graph, uint32_t from, uint32_t to)
{
	struct between b = {.graph = graph, .kinds = options->kinds, .from = from, .to = to};
	bool *end = ARRAY_NEW(bool, graph->cell_count);
	end[from] = true;
	b.after = distances_from(graph, end, options->kinds, false);
	end[from] = false;
	end[to] = true;
	b.before = distances_from(graph, end, options->kinds, true);
	free(end);
	bool reached = b.after[to] != DISTANCE_NONE;
	struct output output;
	output_open(&output, options);
	const char *a = graph_cell_name(graph, from), *z = graph_cell_name(graph, to);
	if (from == to)
		fprintf(output.stream, "%s is %s\n", a, z);
	else if (!reached)
		fprintf(output.stream, "%s does not depend on %s, directly or not\n", a, z);
	else
		tell(output.stream, &b);
	free(b.after);
	free(b.before);
	int status = output_close(&output);
	return status ? status : reached ? EXIT_GOOD : EXIT_BROKEN;
}

int verb_path(const struct options *options)
{
	return answer_of_two(options, answer);
}
