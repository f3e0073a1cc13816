#include "tools/depgraph/verb.h"

#include <errno.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/input.h"

static int load(char *const *paths, size_t count, bool unique_names, bool sections, struct graph *graph)
{
	graph_init(graph);
	graph->want_sections = sections;
	for (size_t i = 0; i < count; i++) {
		struct input_error why;
		if (!input_read(graph, paths[i], &why)) {
			fprintf(stderr, "depgraph: %s\n", why.message);
			return EXIT_BAD_INPUT;
		}
	}
	graph_finish(graph);
	for (size_t c = 1; unique_names && c < graph->cell_count; c++) {
		if (graph->cells[c].name != graph->cells[c - 1].name)
			continue;
		fprintf(stderr, "depgraph: %s: offset 0: a cell named %s is already there, from %s\n",
			graph_text(graph, graph->cells[c].origin), graph_cell_name(graph, c),
			graph_text(graph, graph->cells[c - 1].origin));
		return EXIT_BAD_INPUT;
	}
	return EXIT_GOOD;
}

int load_graph(const struct options *options, size_t first, bool unique_names, struct graph *graph)
{
	return load(options->inputs + first, options->input_count - first, unique_names, options->sections, graph);
}

int load_one_graph(char *path, bool sections, struct graph *graph)
{
	return load(&path, 1, true, sections, graph);
}

// The edit distance of two names (V. Levenshtein, 1966), row by row; names longer than a row count as far apart.
static size_t distance_between(const char *a, const char *b)
{
	size_t row[128];
	size_t width = strlen(b);
	if (width + 1 > sizeof row / sizeof *row)
		return SIZE_MAX;
	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < width; j++) {
			size_t best = diagonal + (a[i] != b[j]);
			diagonal = row[j + 1];
			best = best < row[j] + 1 ? best : row[j] + 1;
			row[j + 1] = best < diagonal + 1 ? best : diagonal + 1;
		}
	}
	return row[width];
}

int find_cell(const struct options *options, const struct graph *graph, const char *name, uint32_t *cell)
{
	*cell = graph_find_cell(graph, name);
	if (*cell != GRAPH_NONE)
		return EXIT_GOOD;
	size_t best = strlen(name) / 2 + 1;
	const char *nearest = NULL;
	for (size_t c = 0; c < graph->cell_count; c++) {
		size_t distance = distance_between(name, graph_cell_name(graph, c));
		if (distance < best) {
			best = distance;
			nearest = graph_cell_name(graph, c);
		}
	}
	return usage_error(options, "there is no cell '%s'%s%s%s", name, nearest ? "; nearest: '" : "",
		nearest ? nearest : "", nearest ? "'" : "");
}

int answer_of_two(const struct options *options, answer_function *answer)
{
	struct graph graph;
	uint32_t from = 0, to = 0;
	int status = load_graph(options, 2, true, &graph);
	if (status == EXIT_GOOD)
		status = find_cell(options, &graph, options->inputs[0], &from);
	if (status == EXIT_GOOD)
		status = find_cell(options, &graph, options->inputs[1], &to);
	if (status == EXIT_GOOD)
		status = answer(options, &graph, from, to);
	graph_free(&graph);
	return status;
}

char *read_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t size_bytes = 0;
	FILE *memory = open_memstream(&text, &size_bytes);
	if (!memory)
		abort();
	char buffer[4096];
	size_t length;
	while (file && (length = fread(buffer, 1, sizeof buffer, file)) > 0)
		fwrite(buffer, 1, length, memory);
	int cause = !file || ferror(file) ? errno : 0;
	fclose(memory);
	if (file)
		fclose(file);
	if (!cause && strlen(text) == size_bytes)
		return text;
	fprintf(stderr, "depgraph: %s: %s\n", path, cause ? strerror(cause) : "not a text: it holds a zero byte");
	free(text);
	return NULL;
}

int load_rules(const struct options *options, struct rules *rules)
{
	*rules = (struct rules){};
	if (!options->rules_file)
		return EXIT_GOOD;
	char *text = read_text(options->rules_file);
	if (!text)
		return EXIT_BAD_INPUT;
	char why[1024];
	bool good = rules_parse(options->rules_file, text, rules, why, sizeof why);
	free(text);
	if (good)
		return EXIT_GOOD;
	fprintf(stderr, "depgraph: %s\n", why);
	return EXIT_BAD_INPUT;
}

// The cells that an option names; a message if there is none.
static bool *select_cells(const struct options *options, const struct graph *graph, const char *text)
{
	char why[256];
	struct selection selection;
	if (!selection_parse(text, &selection, why, sizeof why)) {
		usage_error(options, "'%s' %s", text, why);
		selection_free(&selection);
		return NULL;
	}
	bool *cells = selection_cells(graph, &selection);
	selection_free(&selection);
	for (size_t c = 0; c < graph->cell_count; c++)
		if (cells[c])
			return cells;
	usage_error(options, "no cell of the input is '%s'", text);
	free(cells);
	return NULL;
}

static int apply_step(
	const struct options *options, const struct graph *graph, const struct view_step *step, struct view *view)
{
	if (step->kind == STEP_COLLAPSE) {
		view_collapse(view, graph, step->argument);
		return EXIT_GOOD;
	}
	bool *cells = select_cells(options, graph, step->argument);
	if (!cells)
		return EXIT_USAGE;
	switch (step->kind) {
	case STEP_FOCUS:
		view_focus(view, graph, cells, options->depth);
		break;
	case STEP_FROM:
		view_from(view, graph, cells);
		break;
	case STEP_TO:
		view_to(view, graph, cells);
		break;
	case STEP_WITHOUT:
		view_without(view, graph, cells);
		break;
	case STEP_COLLAPSE:
		break;
	}
	free(cells);
	return EXIT_GOOD;
}

int make_view(const struct options *options, const struct graph *graph, struct view *view)
{
	uint32_t kinds = options->kinds_given ? options->kinds : options->kinds | EDGE_DECLARED;
	view_init(view, graph, kinds);
	for (size_t i = 0; i < options->step_count; i++) {
		int status = apply_step(options, graph, &options->steps[i], view);
		if (status)
			return status;
	}
	if (options->only_cycles)
		view_only_cycles(view, graph);
	if (options->reduce)
		view_reduce(view, graph);
	return EXIT_GOOD;
}

// A file is written beside its place and moved there when it is whole.
void output_open(struct output *output, const struct options *options)
{
	*output = (struct output){.path = options->output, .stream = stdout};
	if (output->path) {
		if (asprintf(&output->part, "%s.part", output->path) < 0)
			abort();
		output->stream = fopen(output->part, "wb");
		output->cause = output->stream ? 0 : errno;
	}
	if (!output->stream)
		output->stream = tmpfile(); // so that writing goes on; output_close tells the cause
	if (!output->stream)
		abort();
	__fsetlocking(output->stream, FSETLOCKING_BYCALLER); // there is one thread
}

int output_close(struct output *output)
{
	bool good = !output->cause && !ferror(output->stream) && fflush(output->stream) == 0;
	if (!good && !output->cause)
		output->cause = errno;
	if (output->stream != stdout && fclose(output->stream) != 0 && good) {
		good = false;
		output->cause = errno;
	}
	if (good && output->part && rename(output->part, output->path) != 0) {
		good = false;
		output->cause = errno;
	}
	if (!good && !output->abandoned)
		fprintf(stderr, "depgraph: %s: cannot write: %s\n", output->path ? output->path : "standard output",
			strerror(output->cause));
	if (!good && output->part)
		unlink(output->part);
	free(output->part);
	return good ? EXIT_GOOD : EXIT_OUTPUT;
}

int output_abandon(struct output *output)
{
	output->abandoned = true;
	output->cause = ECANCELED;
	return output_close(output);
}

const char *output_format(const struct options *options)
{
	static char chosen[16];
	if (options->format)
		return options->format;
	const char *suffix = options->output ? strrchr(options->output, '.') : NULL;
	for (const char *at = options->verb->formats; *at;) {
		size_t length = strcspn(at, "|");
		snprintf(chosen, sizeof chosen, "%.*s", (int)length, at);
		if (suffix && strcmp(chosen, suffix + 1) == 0)
			return chosen;
		at += length + (at[length] == '|');
	}
	snprintf(chosen, sizeof chosen, "%.*s", (int)strcspn(options->verb->formats, "|"), options->verb->formats);
	return chosen;
}
