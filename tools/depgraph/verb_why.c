// `depgraph why A B`: every shortest way from A to B, with what makes each step.
#include <inttypes.h>
#include <stdlib.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/paths.h"
#include "tools/depgraph/verb.h"

enum { WAYS_SHOWN = 20, SYMBOLS_SHOWN = 12 };

struct teller {
	FILE *to;
	const struct graph *graph;
	size_t told;
};

static void tell_way(void *context, const uint32_t *edges, size_t count)
{
	struct teller *teller = context;
	const struct graph *graph = teller->graph;
	if (teller->told++)
		putc('\n', teller->to);
	for (size_t i = 0; i < count; i++) {
		const struct graph_edge *edge = &graph->edges[edges[i]];
		char kinds[EDGE_KINDS_TEXT_BYTES];
		char *symbols = edge_symbols_text(graph, edge, SYMBOLS_SHOWN);
		fprintf(teller->to, "  %s -> %s  (%s: %s)\n", graph_cell_name(graph, edge->from),
			graph_cell_name(graph, edge->to), edge_kinds_text(edge->kinds, kinds), symbols);
		free(symbols);
	}
}

static int answer(const struct options *options, const struct graph *graph, uint32_t from, uint32_t to)
{
	struct output output;
	output_open(&output, options);
	char *ways = NULL;
	size_t ways_bytes = 0;
	struct teller teller = {.to = open_memstream(&ways, &ways_bytes), .graph = graph};
	if (!teller.to)
		abort();
	uint64_t count = from == to ? 0 : shortest_ways(graph, from, to, options->kinds, WAYS_SHOWN, tell_way, &teller);
	fclose(teller.to);
	const char *a = graph_cell_name(graph, from), *b = graph_cell_name(graph, to);
	if (from == to)
		fprintf(output.stream, "%s is %s\n", a, b);
	else if (!count)
		fprintf(output.stream, "%s does not depend on %s, directly or not\n", a, b);
	else
		fprintf(output.stream, "%s depends on %s; %" PRIu64 " shortest way%s:\n%s", a, b, count,
			count == 1 ? "" : "s", ways);
	if (count > WAYS_SHOWN)
		fprintf(output.stream, "  (%" PRIu64 " more of the same length)\n", count - WAYS_SHOWN);
	free(ways);
	int status = output_close(&output);
	return status ? status : from == to || count ? EXIT_GOOD : EXIT_BROKEN;
}

int verb_why(const struct options *options)
{
	return answer_of_two(options, answer);
}
