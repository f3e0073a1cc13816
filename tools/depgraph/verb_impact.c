// `depgraph impact`: who is affected when a cell, a symbol, or what changed since a revision, changes.
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/cycle.h"
#include "tools/depgraph/paths.h"
#include "tools/depgraph/verb.h"

extern char **environ;

enum { SYMBOLS_SHOWN = 8 };

struct impact {
	const struct options *options;
	const struct graph *graph;
	bool *changed;   // by cell
	bool *interface; // by cell: what others see of it changed, or may have
	char *others;    // changed files that are no cell's, each with a line feed
	size_t others_bytes;
	uint32_t symbol; // index of the only export that changes; GRAPH_NONE: any of them
	size_t changed_count;
};

static void mark(struct impact *impact, uint32_t cell, bool interface)
{
	impact->changed_count += !impact->changed[cell];
	impact->changed[cell] = true;
	impact->interface[cell] = impact->interface[cell] || interface;
}

// "cells/memory/heap/heap.c" belongs to the cell heap; heap.h there is what others see of it.
static void mark_path(struct impact *impact, const char *path, FILE *others)
{
	char group[128], cell[128], file[128];
	int parts = sscanf(path, "cells/%127[^/]/%127[^/]/%127[^/\n]", group, cell, file);
	uint32_t found = parts == 3 ? graph_find_cell(impact->graph, cell) : GRAPH_NONE;
	if (found == GRAPH_NONE) {
		fprintf(others, "  %s", path);
		return;
	}
	size_t length = strlen(cell);
	mark(impact, found, strncmp(file, cell, length) == 0 && strcmp(file + length, ".h") == 0);
}

// Starts `git diff --name-only REV` with its output in `output`; the exit status, or -1.
static int run_git(const char *revision, FILE *output)
{
	char *const arguments[] = {
		(char[]){"git"}, (char[]){"diff"}, (char[]){"--name-only"}, strdup(revision), (char[]){"--"}, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO);
	pid_t child;
	int status = -1;
	int cause = posix_spawnp(&child, "git", &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	while (!cause && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	free(arguments[3]);
	return !cause && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int mark_since(struct impact *impact, const char *revision)
{
	if (revision[0] == '-')
		return usage_error(impact->options, "'%s' is no revision", revision);
	FILE *names = tmpfile();
	if (!names || run_git(revision, names) != 0) {
		if (names)
			fclose(names);
		return usage_error(impact->options, "git cannot tell what changed since '%s'", revision);
	}
	rewind(names);
	char *line = NULL;
	size_t capacity = 0;
	FILE *others = open_memstream(&impact->others, &impact->others_bytes);
	if (!others)
		abort();
	while (getline(&line, &capacity, names) > 0)
		mark_path(impact, line, others);
	fclose(others);
	free(line);
	fclose(names);
	return EXIT_GOOD;
}

// A cell's name or a symbol's.
static int mark_named(struct impact *impact, const char *name)
{
	const struct graph *graph = impact->graph;
	uint32_t export = graph_find_export(graph, name);
	if (graph_find_cell(graph, name) == GRAPH_NONE && export != GRAPH_NONE) {
		impact->symbol = export;
		mark(impact, graph->exports[export].cell, true);
		return EXIT_GOOD;
	}
	uint32_t cell;
	int status = find_cell(impact->options, graph, name, &cell);
	if (status == EXIT_GOOD)
		mark(impact, cell, true);
	return status;
}

// Whether the edge leads to what changed: the cell, or the one symbol of it.
static bool touches(const struct impact *impact, const struct graph_edge *edge)
{
	if (!impact->changed[edge->to] || !(edge->kinds & impact->options->kinds))
		return false;
	if (impact->symbol == GRAPH_NONE)
		return true;
	for (uint32_t i = 0; i < edge->import_count; i++)
		if (impact->graph->imports[edge->first_import + i].bound_to == impact->symbol)
			return true;
	return false;
}

// The cells that use what changed directly.
static bool *direct_users(const struct impact *impact)
{
	bool *direct = ARRAY_NEW(bool, impact->graph->cell_count);
	for (size_t e = 0; e < impact->graph->edge_count; e++) {
		const struct graph_edge *edge = &impact->graph->edges[e];
		if (touches(impact, edge) && !impact->changed[edge->from])
			direct[edge->from] = true;
	}
	return direct;
}

static void print_direct(FILE *to, const struct impact *impact)
{
	const struct graph *graph = impact->graph;
	fprintf(to, "uses it directly:\n");
	size_t count = 0;
	for (size_t e = 0; e < graph->edge_count; e++) {
		const struct graph_edge *edge = &graph->edges[e];
		if (!touches(impact, edge) || impact->changed[edge->from])
			continue;
		char kinds[EDGE_KINDS_TEXT_BYTES];
		char *symbols = edge_symbols_text(graph, edge, SYMBOLS_SHOWN);
		fprintf(to, "  %s -> %s  (%s: %s)\n", graph_cell_name(graph, edge->from),
			graph_cell_name(graph, edge->to), edge_kinds_text(edge->kinds, kinds), symbols);
		free(symbols);
		count++;
	}
	if (!count)
		fprintf(to, "  nothing\n");
}

static void print_distant(FILE *to, const struct graph *graph, const uint32_t *distance)
{
	uint32_t farthest = 0;
	for (size_t c = 0; c < graph->cell_count; c++)
		if (distance[c] != DISTANCE_NONE && distance[c] > farthest)
			farthest = distance[c];
	for (uint32_t steps = 1; steps <= farthest; steps++) {
		size_t count = 0;
		for (size_t c = 0; c < graph->cell_count; c++) {
			if (distance[c] != steps)
				continue;
			if (!count++)
				fprintf(to, "%u step%s further:", steps, steps == 1 ? "" : "s");
			fprintf(to, " %s", graph_cell_name(graph, c));
		}
		if (count)
			putc('\n', to);
	}
}

// ---- What must be swapped together: groups of cells, joined by union and find ----

static uint32_t root_of(uint32_t *above, uint32_t cell)
{
	while (above[cell] != cell)
		cell = above[cell] = above[above[cell]];
	return cell;
}

// The first by name becomes the root.
static void join(uint32_t *above, uint32_t a, uint32_t b)
{
	a = root_of(above, a);
	b = root_of(above, b);
	if (a < b)
		above[b] = a;
	else
		above[a] = b;
}

// A changed interface joins the cell with its direct users; a circle, all cells of it.
static void print_swaps(FILE *to, const struct impact *impact, const bool *direct)
{
	const struct graph *graph = impact->graph;
	uint32_t *above = ARRAY_NEW(uint32_t, graph->cell_count);
	bool *swapped = ARRAY_NEW(bool, graph->cell_count);
	struct components components;
	components_find(graph, EDGE_LINK, &components);
	for (uint32_t c = 0; c < graph->cell_count; c++)
		above[c] = c;
	for (size_t e = 0; e < graph->edge_count; e++) {
		const struct graph_edge *edge = &graph->edges[e];
		if (touches(impact, edge) && impact->interface[edge->to]) {
			join(above, edge->from, edge->to);
			swapped[edge->from] = swapped[edge->from] || direct[edge->from];
		}
	}
	for (uint32_t c = 0; c < graph->cell_count; c++)
		swapped[c] = swapped[c] || impact->changed[c];
	for (uint32_t c = 0; c < graph->cell_count; c++) {
		uint32_t k = components.of_cell[c];
		for (uint32_t m = components.first[k]; swapped[c] && m < components.first[k + 1]; m++) {
			join(above, c, components.members[m]);
			swapped[components.members[m]] = true;
		}
	}
	for (uint32_t c = 0; c < graph->cell_count; c++) {
		if (!swapped[c] || root_of(above, c) != c)
			continue;
		fprintf(to, "swap together:");
		for (uint32_t other = c; other < graph->cell_count; other++)
			if (swapped[other] && root_of(above, other) == c)
				fprintf(to, " %s", graph_cell_name(graph, other));
		putc('\n', to);
	}
	components_free(&components);
	free(swapped);
	free(above);
}

static void print_tests(FILE *to, const struct impact *impact, const uint32_t *distance)
{
	const struct graph *graph = impact->graph;
	fprintf(to, "tests:\n");
	for (size_t c = 0; c < graph->cell_count; c++) {
		if (!impact->changed[c] && distance[c] == DISTANCE_NONE)
			continue;
		const char *name = graph_cell_name(graph, c);
		fprintf(to, "  //cells/%s/%s:%s_test\n", graph_text(graph, graph->cells[c].group), name, name);
	}
	if (impact->others_bytes)
		fprintf(to, "files of no cell, whose tests the graph does not know:\n%s", impact->others);
}

static void print_impact(FILE *to, const struct impact *impact)
{
	const struct graph *graph = impact->graph;
	bool *direct = direct_users(impact);
	uint32_t *distance = distances_from(graph, direct, impact->options->kinds, true);
	size_t affected = 0;
	for (size_t c = 0; c < graph->cell_count; c++) {
		if (impact->changed[c])
			distance[c] = DISTANCE_NONE; // part of a cycle: it is named as changed already
		affected += distance[c] != DISTANCE_NONE;
	}
	fprintf(to, "changed:");
	for (size_t c = 0; c < graph->cell_count; c++)
		if (impact->changed[c])
			fprintf(to, " %s", graph_cell_name(graph, c));
	if (impact->symbol != GRAPH_NONE)
		fprintf(to, " (%s)", graph_text(graph, graph->exports[impact->symbol].name));
	fprintf(to, "\naffected: %zu of %zu cells\n", affected, graph->cell_count - impact->changed_count);
	print_direct(to, impact);
	print_swaps(to, impact, direct);
	print_distant(to, graph, distance);
	print_tests(to, impact, distance);
	free(distance);
	free(direct);
}

int verb_impact(const struct options *options)
{
	struct graph graph;
	size_t first = options->since ? 0 : 1;
	if (options->input_count <= first)
		return usage_error(options, "expected %s", options->verb->operands);
	int status = load_graph(options, first, true, &graph);
	struct impact impact = {.options = options, .graph = &graph, .symbol = GRAPH_NONE};
	if (status == EXIT_GOOD) {
		impact.changed = ARRAY_NEW(bool, graph.cell_count);
		impact.interface = ARRAY_NEW(bool, graph.cell_count);
		status = options->since ? mark_since(&impact, options->since) : mark_named(&impact, options->inputs[0]);
	}
	if (status == EXIT_GOOD) {
		struct output output;
		output_open(&output, options);
		print_impact(output.stream, &impact);
		status = output_close(&output);
	}
	free(impact.changed);
	free(impact.interface);
	free(impact.others);
	graph_free(&graph);
	return status;
}
