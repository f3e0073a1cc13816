// `depgraph diff BEFORE AFTER`: what changed, as text, as Markdown for a review, or as one picture with the delta.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/difference.h"
#include "tools/depgraph/page/render_html.h"
#include "tools/depgraph/render_diff.h"
#include "tools/depgraph/render_dot.h"
#include "tools/depgraph/verb.h"

static uint64_t size_of(const struct graph_cell *cell)
{
	return cell->code_bytes + cell->constant_bytes + cell->state_bytes;
}

static void print_cell(FILE *to, const struct difference *d, const struct cell_change *change)
{
	static const char signs[] = " +-~";
	const char *name = change->after == GRAPH_NONE ? graph_cell_name(d->before, change->before)
						       : graph_cell_name(d->after, change->after);
	fprintf(to, "%c cell %s", signs[change->change], name);
	if (change->interface) {
		char *exports = difference_exports(d, change);
		fprintf(to, ", interface (%s)", exports);
		free(exports);
	}
	if (change->state)
		fprintf(to, ", state");
	if (change->size)
		fprintf(to, ", %" PRIu64 " -> %" PRIu64 " bytes", size_of(&d->before->cells[change->before]),
			size_of(&d->after->cells[change->after]));
	putc('\n', to);
}

static void print_edge(FILE *to, const struct difference *d, const struct edge_change *change)
{
	static const char signs[] = " +-~";
	const struct graph *graph = change->after ? d->after : d->before;
	const struct graph_edge *edge = change->after ? change->after : change->before;
	char kinds[EDGE_KINDS_TEXT_BYTES], before_kinds[EDGE_KINDS_TEXT_BYTES];
	fprintf(to, "%c edge %s -> %s", signs[change->change], graph_cell_name(graph, edge->from),
		graph_cell_name(graph, edge->to));
	if (change->change == CHANGE_CHANGED && change->before->kinds != change->after->kinds)
		fprintf(to, "  (%s, was %s)", edge_kinds_text(change->after->kinds, kinds),
			edge_kinds_text(change->before->kinds, before_kinds));
	else
		fprintf(to, "  (%s)", edge_kinds_text(edge->kinds, kinds));
	char *symbols = difference_symbols(d, change);
	fprintf(to, "%s%s\n", *symbols ? ": " : "", symbols);
	free(symbols);
}

static void print_text(FILE *to, const struct difference *d)
{
	for (size_t i = 0; i < d->cell_count; i++)
		print_cell(to, d, &d->cells[i]);
	for (size_t i = 0; i < d->edge_count; i++)
		print_edge(to, d, &d->edges[i]);
	if (!d->cell_count && !d->edge_count)
		fprintf(to, "no difference\n");
}

static void write_page(FILE *to, const struct difference *d, uint32_t kinds)
{
	struct page page;
	page_from_difference(&page, d, kinds, NULL);
	render_html(to, &page);
	page_free(&page);
}

static bool print(FILE *to, const char *format, const struct difference *d, uint32_t kinds)
{
	if (strcmp(format, "text") == 0) {
		print_text(to, d);
		return true;
	}
	if (strcmp(format, "markdown") == 0 || strcmp(format, "md") == 0) {
		render_diff_markdown(to, d);
		return true;
	}
	if (strcmp(format, "html") == 0) {
		write_page(to, d, kinds);
		return true;
	}
	char *source = NULL;
	size_t source_bytes = 0;
	char why[256];
	FILE *memory = open_memstream(&source, &source_bytes);
	if (!memory)
		abort();
	render_diff_dot(memory, d);
	fclose(memory);
	bool good = strcmp(format, "dot") == 0 ? fwrite(source, 1, source_bytes, to) == source_bytes
					       : render_image(source, source_bytes, format, to, why, sizeof why);
	if (!good)
		fprintf(stderr, "depgraph diff: %s\n", why);
	free(source);
	return good;
}

int verb_diff(const struct options *options)
{
	struct graph before = {}, after = {};
	int status = load_one_graph(options->inputs[0], false, &before);
	if (status == EXIT_GOOD)
		status = load_one_graph(options->inputs[1], false, &after);
	if (status == EXIT_GOOD) {
		struct difference difference;
		struct output output;
		difference_find(&difference, &before, &after, options->kinds);
		output_open(&output, options);
		bool good = print(output.stream, output_format(options), &difference, options->kinds);
		status = good ? output_close(&output) : output_abandon(&output);
		if (status == EXIT_GOOD && (difference.cell_count || difference.edge_count))
			status = EXIT_BROKEN;
		difference_free(&difference);
	}
	graph_free(&before);
	graph_free(&after);
	return status;
}
