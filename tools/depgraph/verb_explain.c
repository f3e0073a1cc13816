// `depgraph explain SYMBOL`: what it is, how its types are laid out, who exports it, who imports it and agrees.
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/depgraph/layout.h"
#include "tools/depgraph/places.h"
#include "tools/depgraph/verb.h"

static void print_hash(FILE *to, struct type_hash hash)
{
	for (size_t i = 0; type_hash_known(hash) && i < sizeof hash.bytes; i++)
		fprintf(to, "%02x", hash.bytes[i]);
	if (!type_hash_known(hash))
		fprintf(to, "unknown");
}

static void print_users(FILE *to, const struct graph *graph, uint32_t name)
{
	size_t count = 0;
	for (size_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		for (uint32_t i = cell->first_import; i < cell->first_import + cell->import_count; i++) {
			const struct graph_import *import = &graph->imports[i];
			if (import->name != name)
				continue;
			fprintf(to, "%s%s", count++ ? "          " : "used by   ", graph_cell_name(graph, c));
			if (import->bound_to != GRAPH_NONE && type_hash_known(import->hash) &&
				!type_hash_equal(import->hash, graph->exports[import->bound_to].hash)) {
				fprintf(to, "  as another type: ");
				print_hash(to, import->hash);
			}
			putc('\n', to);
		}
	}
	if (!count)
		fprintf(to, "used by   nobody\n");
}

static int print_layout(
	FILE *to, const struct options *options, const struct graph *graph, const struct graph_cell *cell)
{
	char *path = debug_file_of(graph, cell, options->debug);
	struct input_error why;
	struct stat status;
	int result = EXIT_GOOD;
	if (!options->debug && stat(path, &status) != 0) {
		fprintf(to, "layout    unknown: there is no %s (--debug says where it is)\n", path);
	} else if (!layout_tell(to, path, options->inputs[0], cell->build_id, &why)) {
		fprintf(stderr, "depgraph: %s\n", why.message);
		result = EXIT_BAD_INPUT;
	}
	free(path);
	return result;
}

static int explain(const struct options *options, const struct graph *graph)
{
	static const char *const kinds[] = {"function", "object", "other"};
	const char *symbol = options->inputs[0];
	uint32_t name = strings_find(&graph->strings, symbol);
	uint32_t first = graph_find_export(graph, symbol);
	bool wanted = false;
	for (size_t i = 0; name != UINT32_MAX && i < graph->import_count; i++)
		wanted = wanted || graph->imports[i].name == name;
	if (first == GRAPH_NONE && !wanted)
		return usage_error(options, "no cell exports or imports the symbol '%s'", symbol);
	struct output output;
	output_open(&output, options);
	FILE *to = output.stream;
	int told = EXIT_GOOD;
	fprintf(to, "%s\n", symbol);
	if (first == GRAPH_NONE)
		fprintf(to, "exporter  none\n");
	for (size_t i = 0; i < graph->export_count; i++) {
		const struct graph_export *export = &graph->exports[i];
		if (export->name != name)
			continue;
		const struct graph_cell *cell = &graph->cells[export->cell];
		fprintf(to, "exporter  %s (%s, %s), from %s\n", graph_text(graph, cell->name),
			graph_text(graph, cell->group), graph_class_name(cell->cell_class),
			graph_text(graph, cell->origin));
		fprintf(to, "kind      %s, %u bytes\nhash      ", kinds[export->kind], export->size_bytes);
		print_hash(to, export->hash);
		putc('\n', to);
		if (!graph->without_metadata || options->debug)
			told = told ? told : print_layout(to, options, graph, cell);
	}
	print_users(to, graph, name);
	if (told) {
		output_abandon(&output);
		return told;
	}
	return output_close(&output);
}

int verb_explain(const struct options *options)
{
	struct graph graph;
	int status = load_graph(options, 1, true, &graph);
	if (status == EXIT_GOOD)
		status = explain(options, &graph);
	graph_free(&graph);
	return status;
}
