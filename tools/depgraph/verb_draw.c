// `depgraph draw`: the graph, or a view of it, as a picture.
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/page/render_html.h"
#include "tools/depgraph/render_dot.h"
#include "tools/depgraph/render_json.h"
#include "tools/depgraph/render_sections.h"
#include "tools/depgraph/verb.h"

enum { CELLS_WELL_DRAWN = 300 };

// What is drawn: the graph, or with `sections` one cell of it from inside.
struct drawing {
	const struct graph *graph;
	const struct view *view;
	const struct rules *rules;
	uint32_t cell;
	bool sections;
};

static void write_page(FILE *to, const struct drawing *d)
{
	struct page page;
	page_from_view(&page, d->graph, d->view, d->rules);
	render_html(to, &page);
	page_free(&page);
}

static bool write_picture(FILE *to, const char *format, const struct drawing *d)
{
	if (strcmp(format, "json") == 0) {
		render_json(to, d->graph, d->view);
		return true;
	}
	if (strcmp(format, "mermaid") == 0) {
		if (d->sections)
			render_sections_mermaid(to, d->graph, d->cell);
		else
			render_mermaid(to, d->graph, d->view, d->rules);
		return true;
	}
	if (strcmp(format, "html") == 0) {
		write_page(to, d);
		return true;
	}
	char *source = NULL;
	size_t source_bytes = 0;
	FILE *memory = open_memstream(&source, &source_bytes);
	if (!memory)
		abort();
	if (d->sections)
		render_sections_dot(memory, d->graph, d->cell);
	else
		render_dot(memory, d->graph, d->view, d->rules);
	fclose(memory);
	bool good = true;
	char why[256];
	if (strcmp(format, "dot") == 0)
		good = fwrite(source, 1, source_bytes, to) == source_bytes;
	else if (!render_image(source, source_bytes, format, to, why, sizeof why)) {
		fprintf(stderr, "depgraph draw: %s\n", why);
		good = false;
	}
	free(source);
	return good;
}

// Graphviz's time grows faster than the graph: past some hundred boxes it is minutes, and nobody can read the result.
static void warn_of_size(const struct view *view, const char *format)
{
	if (view->cell_count > CELLS_WELL_DRAWN && (strcmp(format, "svg") == 0 || strcmp(format, "png") == 0))
		fprintf(stderr,
			"depgraph draw: %zu cells and %zu edges may take Graphviz long; narrow the picture with "
			"--focus, "
			"--from, --collapse '*' or --reduce\n",
			view->cell_count, view->edge_count);
}

// With --sections the view is narrowed to one cell, which --focus names unless there is only one.
static int find_opened_cell(const struct options *options, const struct drawing *d, struct view *view, uint32_t *cell)
{
	size_t count = 0;
	if (strcmp(output_format(options), "html") == 0)
		return usage_error(options, "a page shows cells, not sections");
	for (uint32_t c = 0; c < d->graph->cell_count; c++) {
		if (!view->focus[c] && d->graph->cell_count > 1)
			continue;
		*cell = c;
		count++;
	}
	if (count != 1)
		return usage_error(options, "--sections shows one cell: name it with --focus");
	if (!d->graph->cells[*cell].section_count)
		return usage_error(
			options, "the input does not tell the sections of %s", graph_cell_name(d->graph, *cell));
	bool *others = ARRAY_NEW(bool, d->graph->cell_count);
	for (uint32_t c = 0; c < d->graph->cell_count; c++)
		others[c] = c != *cell;
	view_without(view, d->graph, others);
	free(others);
	return EXIT_GOOD;
}

static int draw(const struct options *options, const struct graph *graph, const struct rules *rules)
{
	struct view view;
	int status = make_view(options, graph, &view);
	struct drawing drawing = {.graph = graph,
		.view = &view,
		.rules = options->rules_file ? rules : NULL,
		.sections = options->sections};
	if (status == EXIT_GOOD && options->sections)
		status = find_opened_cell(options, &drawing, &view, &drawing.cell);
	if (status == EXIT_GOOD) {
		struct output output;
		warn_of_size(&view, output_format(options));
		output_open(&output, options);
		bool good = write_picture(output.stream, output_format(options), &drawing);
		status = good ? output_close(&output) : output_abandon(&output);
	}
	view_free(&view);
	return status;
}

int verb_draw(const struct options *options)
{
	struct graph graph;
	struct rules rules = {};
	int status = load_graph(options, 0, true, &graph);
	if (status == EXIT_GOOD)
		status = load_rules(options, &rules);
	if (status == EXIT_GOOD)
		status = draw(options, &graph, &rules);
	rules_free(&rules);
	graph_free(&graph);
	return status;
}
