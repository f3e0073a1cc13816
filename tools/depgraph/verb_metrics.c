// `depgraph metrics`: how each cell stands in the graph, one line a cell; `depgraph stats`: the whole in a few lines.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/cycle.h"
#include "tools/depgraph/paths.h"
#include "tools/depgraph/source_lines.h"
#include "tools/depgraph/verb.h"

struct measured {
	const struct graph *graph;
	struct components components;
	struct standing *standings;
	uint32_t *users, *uses; // by cell: direct edges of the kinds asked for
};

static void measure(struct measured *m, const struct graph *graph, uint32_t kinds)
{
	*m = (struct measured){.graph = graph};
	components_find(graph, kinds, &m->components);
	m->standings = standings_of(graph, kinds, &m->components);
	m->users = ARRAY_NEW(uint32_t, graph->cell_count);
	m->uses = ARRAY_NEW(uint32_t, graph->cell_count);
	for (size_t e = 0; e < graph->edge_count; e++) {
		if (!(graph->edges[e].kinds & kinds))
			continue;
		m->uses[graph->edges[e].from]++;
		m->users[graph->edges[e].to]++;
	}
}

static void measured_free(struct measured *m)
{
	components_free(&m->components);
	free(m->standings);
	free(m->users);
	free(m->uses);
}

// R. Martin's instability: the share of a cell's edges that leave it, in hundredths. 0: everybody leans on it, 100: it
// leans on everybody.
static unsigned instability(const struct measured *m, size_t c)
{
	uint32_t all = m->users[c] + m->uses[c];
	return all ? (m->uses[c] * 100 + all / 2) / all : 0;
}

// ---- Lines and raw operations: of the source, counted at hand, or by the build ----

static bool take_count(struct graph *graph, const char *line)
{
	char name[128], class[16];
	unsigned long long lines, parts[4];
	if (sscanf(line, "%127s %15s %llu %llu %llu %llu %llu", name, class, &lines, &parts[0], &parts[1], &parts[2],
		    &parts[3]) != 7)
		return false;
	uint32_t found = graph_find_cell(graph, name);
	if (found == GRAPH_NONE)
		return true; // a count of more cells than the input has
	graph->cells[found].lines = lines;
	graph->cells[found].raw_operations = parts[0] + parts[1] + parts[2] + parts[3];
	return true;
}

// A file of lines "NAME CLASS LINES RAW CASTS ASSEMBLY COPIES", as the analysis of each cell writes one.
static int take_counts(const char *path, struct graph *graph)
{
	char *text = read_text(path);
	unsigned number = 1;
	if (!text)
		return EXIT_BAD_INPUT;
	for (char *line = text; *line; number++) {
		size_t length = strcspn(line, "\n");
		bool last = !line[length];
		line[length] = '\0';
		if (length && !take_count(graph, line)) {
			fprintf(stderr,
				"depgraph: %s:%u: offset %zu: expected NAME CLASS LINES RAW CASTS ASSEMBLY COPIES\n",
				path, number, (size_t)(line - text));
			free(text);
			return EXIT_BAD_INPUT;
		}
		line += length + !last;
	}
	free(text);
	return EXIT_GOOD;
}

static int count_lines(const struct options *options, struct graph *graph)
{
	for (size_t c = 0; options->source_directory && c < graph->cell_count; c++) {
		struct source_lines lines = {};
		if (!source_lines_count(options->source_directory, graph_text(graph, graph->cells[c].group),
			    graph_cell_name(graph, c), &lines))
			continue;
		graph->cells[c].lines = lines.lines;
		graph->cells[c].raw_operations = lines.raw;
	}
	return options->counts_file ? take_counts(options->counts_file, graph) : EXIT_GOOD;
}

static void print_sum(FILE *to, const struct graph *graph)
{
	size_t core = 0, counted = 0;
	uint64_t bytes = 0, lines = 0, raw = 0;
	for (size_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		core += cell->cell_class == GRAPH_CLASS_CORE;
		bytes += cell->code_bytes + cell->constant_bytes + cell->state_bytes;
		counted += cell->lines > 0;
		lines += cell->lines;
		raw += cell->raw_operations;
	}
	fprintf(to, "all: %zu cells", graph->cell_count);
	if (!graph->without_metadata && graph->cell_count)
		fprintf(to, ", %zu of them core (%zu %%)", core, core * 100 / graph->cell_count);
	fprintf(to, ", %" PRIu64 " bytes", bytes);
	if (lines)
		fprintf(to, "; in %zu cells %" PRIu64 " lines, %" PRIu64 " raw operations (%" PRIu64 " in 1,000 lines)",
			counted, lines, raw, raw * 1000 / lines);
	putc('\n', to);
}

static void print_metrics(FILE *to, const struct measured *m)
{
	const struct graph *graph = m->graph;
	bool source = false;
	for (size_t c = 0; c < graph->cell_count; c++)
		source = source || graph->cells[c].lines;
	int width = 4;
	for (size_t c = 0; c < graph->cell_count; c++)
		width = (int)strlen(graph_cell_name(graph, c)) > width ? (int)strlen(graph_cell_name(graph, c)) : width;
	fprintf(to, "%-*s  %-7s  %5s  %5s  %11s  %5s  %5s  %5s  %8s%s\n", width, "CELL", "CLASS", "USES", "USED",
		"INSTABILITY", "DEPTH", "BELOW", "ABOVE", "BYTES", source ? "  LINES    RAW  RAW/KLINE" : "");
	for (size_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		const struct standing *standing = &m->standings[c];
		fprintf(to, "%-*s  %-7s  %5u  %5u  %8u.%02u  %5u  %5u  %5u  %8" PRIu64, width,
			graph_cell_name(graph, c), graph_class_name(cell->cell_class), m->uses[c], m->users[c],
			instability(m, c) / 100, instability(m, c) % 100, standing->depth, standing->below,
			standing->above, cell->code_bytes + cell->constant_bytes + cell->state_bytes);
		if (cell->lines)
			fprintf(to, "  %5" PRIu64 "  %5" PRIu64 "  %9" PRIu64, cell->lines, cell->raw_operations,
				cell->raw_operations * 1000 / cell->lines);
		else if (source)
			fprintf(to, "  %5s  %5s  %9s", "-", "-", "-");
		putc('\n', to);
	}
	print_sum(to, graph);
}

int verb_metrics(const struct options *options)
{
	struct graph graph;
	int status = load_graph(options, 0, true, &graph);
	if (status == EXIT_GOOD)
		status = count_lines(options, &graph);
	if (status == EXIT_GOOD) {
		struct measured measured;
		struct output output;
		measure(&measured, &graph, options->kinds);
		output_open(&output, options);
		print_metrics(output.stream, &measured);
		status = output_close(&output);
		measured_free(&measured);
	}
	graph_free(&graph);
	return status;
}

static void print_classes(FILE *to, const struct graph *graph)
{
	size_t counts[GRAPH_CLASS_COUNT] = {};
	for (size_t c = 0; c < graph->cell_count; c++)
		counts[graph->cells[c].cell_class]++;
	fprintf(to, "cells        %zu", graph->cell_count);
	for (enum graph_class class = GRAPH_CLASS_CORE; class < GRAPH_CLASS_COUNT; class ++)
		if (counts[class])
			fprintf(to, "%s%zu %s", class == GRAPH_CLASS_CORE ? ": " : ", ", counts[class],
				graph_class_name(class));
	if (graph->cell_count && !graph->without_metadata)
		fprintf(to, " (%zu %% core)", counts[GRAPH_CLASS_CORE] * 100 / graph->cell_count);
	putc('\n', to);
}

static void print_edges(FILE *to, const struct graph *graph)
{
	static const char *const names[] = {"link", "type", "header", "runtime"};
	size_t counts[4] = {}, unused = 0;
	for (size_t e = 0; e < graph->edge_count; e++) {
		for (size_t k = 0; k < 4; k++)
			counts[k] += graph->edges[e].kinds >> k & 1;
		unused += !(graph->edges[e].kinds & EDGE_KINDS_USED);
	}
	fprintf(to, "edges        %zu", graph->edge_count);
	for (size_t k = 0; k < 4; k++)
		if (counts[k])
			fprintf(to, ", %zu %s", counts[k], names[k]);
	if (unused)
		fprintf(to, ", %zu declared and unused", unused);
	putc('\n', to);
}

static void print_symbols(FILE *to, const struct graph *graph)
{
	size_t unused = 0, unbound = 0;
	uint64_t code = 0, constants = 0, state = 0;
	for (size_t i = 0; i < graph->export_count; i++)
		unused += graph_export_is_unused(&graph->exports[i]);
	for (size_t i = 0; i < graph->import_count; i++)
		unbound += graph->imports[i].bound_to == GRAPH_NONE;
	for (size_t c = 0; c < graph->cell_count; c++) {
		code += graph->cells[c].code_bytes;
		constants += graph->cells[c].constant_bytes;
		state += graph->cells[c].state_bytes;
	}
	fprintf(to, "symbols      %zu exported, %zu of them unused; %zu imports, %zu of them unbound\n",
		graph->export_count, unused, graph->import_count, unbound);
	fprintf(to, "bytes        %" PRIu64 " code, %" PRIu64 " constants, %" PRIu64 " state\n", code, constants,
		state);
}

static void print_shape(FILE *to, const struct measured *m)
{
	const struct graph *graph = m->graph;
	size_t most_used = 0, deepest = 0, cycles = 0;
	uint64_t below = 0;
	for (size_t c = 0; c < graph->cell_count; c++) {
		most_used = m->users[c] > m->users[most_used] ? c : most_used;
		deepest = m->standings[c].depth > m->standings[deepest].depth ? c : deepest;
		below += m->standings[c].below;
	}
	for (size_t k = 0; k < m->components.count; k++)
		cycles += component_size(&m->components, k) > 1;
	if (!graph->cell_count)
		return;
	fprintf(to, "most used    %s, by %u cells\n", graph_cell_name(graph, most_used), m->users[most_used]);
	fprintf(to, "deepest      %s, %u levels above the bottom\n", graph_cell_name(graph, deepest),
		m->standings[deepest].depth);
	fprintf(to, "below a cell %" PRIu64 ".%" PRIu64 " others on average\n", below / graph->cell_count,
		below * 10 / graph->cell_count % 10);
	fprintf(to, "circles      %zu\n", cycles);
}

int verb_stats(const struct options *options)
{
	struct graph graph;
	int status = load_graph(options, 0, true, &graph);
	if (status == EXIT_GOOD) {
		struct measured measured;
		struct output output;
		measure(&measured, &graph, options->kinds);
		output_open(&output, options);
		print_classes(output.stream, &graph);
		print_edges(output.stream, &graph);
		print_symbols(output.stream, &graph);
		print_shape(output.stream, &measured);
		status = output_close(&output);
		measured_free(&measured);
	}
	graph_free(&graph);
	return status;
}
