// `depgraph compare A B`: whether two views of the same cells agree: declared, embedded, live.
//
// A graph out of BUILD files knows what is declared; one out of objects knows that and what is linked; one out of the
// running system knows what is linked. The two are held against each other in what both know.
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/difference.h"
#include "tools/depgraph/verb.h"

struct comparison {
	FILE *to;
	const struct graph *graphs[2];
	const char *names[2];
	bool partial; // cells that only one of the two has are no difference, and neither are their edges
	size_t count;
};

static uint32_t known_kinds(const struct graph *graph)
{
	uint32_t kinds = 0;
	for (size_t e = 0; e < graph->edge_count; e++)
		kinds |= graph->edges[e].kinds;
	return kinds;
}

static void compare_cells(struct comparison *c)
{
	for (size_t side = 0; !c->partial && side < 2; side++)
		for (size_t i = 0; i < c->graphs[side]->cell_count; i++) {
			const char *name = graph_cell_name(c->graphs[side], i);
			if (graph_find_cell(c->graphs[!side], name) != GRAPH_NONE)
				continue;
			fprintf(c->to, "cell %s: in %s, not in %s\n", name, c->names[side], c->names[!side]);
			c->count++;
		}
}

static void tell_symbols(struct comparison *c, const struct edge_change *change, const char *from, const char *to)
{
	const struct graph_edge *edges[2] = {change->before, change->after};
	for (size_t side = 0; side < 2; side++) {
		char *symbols = difference_symbols(c->graphs[side], edges[side], c->graphs[!side], edges[!side], ' ');
		if (*symbols) {
			fprintf(c->to, "%s -> %s: linked in %s, not in %s:%s\n", from, to, c->names[side],
				c->names[!side], symbols);
			c->count++;
		}
		free(symbols);
	}
}

static void compare_edges(struct comparison *c, uint32_t kind)
{
	struct difference difference;
	difference_find(&difference, c->graphs[0], c->graphs[1], kind);
	for (size_t i = 0; i < difference.edge_count; i++) {
		const struct edge_change *change = &difference.edges[i];
		size_t side = change->before ? 0 : 1;
		const struct graph_edge *edge = change->before ? change->before : change->after;
		const char *from = graph_cell_name(c->graphs[side], edge->from);
		const char *to = graph_cell_name(c->graphs[side], edge->to);
		if (graph_find_cell(c->graphs[!side], from) == GRAPH_NONE ||
			graph_find_cell(c->graphs[!side], to) == GRAPH_NONE)
			continue; // told with the cell
		if (kind == EDGE_LINK) {
			tell_symbols(c, change, from, to);
			continue;
		}
		fprintf(c->to, "%s -> %s: declared in %s, not in %s\n", from, to, c->names[side], c->names[!side]);
		c->count++;
	}
	difference_free(&difference);
}

static int compare(const struct options *options, const struct graph *a, const struct graph *b)
{
	uint32_t common = known_kinds(a) & known_kinds(b) & (EDGE_DECLARED | EDGE_LINK);
	if (!common && (a->edge_count || b->edge_count))
		return usage_error(options, "%s and %s know no kind of edge in common: nothing to compare",
			options->inputs[0], options->inputs[1]);
	struct output output;
	output_open(&output, options);
	struct comparison c = {output.stream, {a, b}, {options->inputs[0], options->inputs[1]}, options->partial, 0};
	compare_cells(&c);
	if (common & EDGE_DECLARED)
		compare_edges(&c, EDGE_DECLARED);
	if (common & EDGE_LINK)
		compare_edges(&c, EDGE_LINK);
	fprintf(output.stream, "compared %s%s%s: %zu difference%s\n", common & EDGE_DECLARED ? "declared" : "",
		common == (EDGE_DECLARED | EDGE_LINK) ? " and " : "", common & EDGE_LINK ? "link" : "", c.count,
		c.count == 1 ? "" : "s");
	int status = output_close(&output);
	return status ? status : c.count ? EXIT_BROKEN : EXIT_GOOD;
}

int verb_compare(const struct options *options)
{
	struct graph a = {}, b = {};
	int status = load_one_graph(options->inputs[0], &a);
	if (status == EXIT_GOOD)
		status = load_one_graph(options->inputs[1], &b);
	if (status == EXIT_GOOD)
		status = compare(options, &a, &b);
	graph_free(&a);
	graph_free(&b);
	return status;
}
