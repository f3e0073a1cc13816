// `depgraph draw`: the graph, or a view of it, as a picture.
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/page/render_html.h"
#include "tools/depgraph/render_dot.h"
#include "tools/depgraph/render_json.h"
#include "tools/depgraph/verb.h"

enum { CELLS_WELL_DRAWN = 300 };

static void write_page(FILE *to, const struct graph *graph, const struct view *view, const struct rules *rules)
{
	struct page page;
	page_from_view(&page, graph, view, rules);
	render_html(to, &page);
	page_free(&page);
}

static bool write_picture(
	FILE *to, const char *format, const struct graph *graph, const struct view *view, const struct rules *rules)
{
	if (strcmp(format, "json") == 0 || strcmp(format, "mermaid") == 0) {
		if (format[0] == 'j')
			render_json(to, graph, view);
		else
			render_mermaid(to, graph, view, rules);
		return true;
	}
	if (strcmp(format, "html") == 0) {
		write_page(to, graph, view, rules);
		return true;
	}
	char *source = NULL;
	size_t source_bytes = 0;
	FILE *memory = open_memstream(&source, &source_bytes);
	if (!memory)
		abort();
	render_dot(memory, graph, view, rules);
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

static int draw(const struct options *options, const struct graph *graph, const struct rules *rules)
{
	struct view view;
	int status = make_view(options, graph, &view);
	if (status == EXIT_GOOD) {
		struct output output;
		warn_of_size(&view, output_format(options));
		output_open(&output, options);
		bool good = write_picture(
			output.stream, output_format(options), graph, &view, options->rules_file ? rules : NULL);
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
