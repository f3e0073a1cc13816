// Names, symbols, types and declarations: each import has one exporter that means the same by it.
#include <stdio.h>
#include <stdlib.h>

#include "tools/depgraph/check.h"

static void hash_text(struct type_hash hash, char text[33])
{
	for (size_t i = 0; i < sizeof hash.bytes; i++)
		snprintf(text + 2 * i, 3, "%02x", hash.bytes[i]);
}

static void check_cell_names(const struct graph *graph, struct findings *findings)
{
	for (size_t c = 1; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		if (cell->name != graph->cells[c - 1].name)
			continue;
		struct finding *finding = findings_add(findings, "duplicate-cell", "%s", graph_cell_name(graph, c));
		finding_say(finding, "two cells are named %s: %s and %s", graph_cell_name(graph, c),
			graph_text(graph, graph->cells[c - 1].origin), graph_text(graph, cell->origin));
		finding->from = (uint32_t)c;
	}
}

static void check_exports(const struct graph *graph, struct findings *findings)
{
	for (size_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		for (uint32_t i = cell->first_export; i < cell->first_export + cell->export_count; i++) {
			const struct graph_export *export = &graph->exports[i];
			uint32_t first = graph->export_of[export->name];
			uint32_t other = graph->exports[first].cell;
			if (graph->cells[other].name == cell->name)
				continue; // itself, or told already: two cells of one name
			const char *symbol = graph_text(graph, export->name);
			struct finding *finding = findings_add(findings, "duplicate-export", "%s: %s, %s", symbol,
				graph_cell_name(graph, other), graph_cell_name(graph, c));
			finding->from = other;
			finding->to = (uint32_t)c;
			finding_say(finding, "two cells export the symbol %s: %s and %s", symbol,
				graph_cell_name(graph, other), graph_cell_name(graph, c));
		}
	}
}

static void report_unbound(
	const struct graph *graph, uint32_t cell, const struct graph_import *import, struct findings *findings)
{
	const char *named = import->from_cell ? graph_text(graph, import->from_cell) : NULL;
	if (named && graph_find_cell(graph, named) == GRAPH_NONE)
		return; // told as a missing cell
	const char *symbol = graph_text(graph, import->name);
	struct finding *finding =
		findings_add(findings, "unbound-import", "%s: %s", graph_cell_name(graph, cell), symbol);
	finding->from = cell;
	finding->symbol = import->name;
	if (!named)
		finding_say(
			finding, "%s uses the symbol %s, which no cell exports", graph_cell_name(graph, cell), symbol);
	else
		finding_say(finding, "%s uses the symbol %s, which the cell %s does not export",
			graph_cell_name(graph, cell), symbol, named);
}

static void check_type(
	const struct graph *graph, uint32_t cell, const struct graph_import *import, struct findings *findings)
{
	const struct graph_export *export = &graph->exports[import->bound_to];
	if (!type_hash_known(import->hash) || !type_hash_known(export->hash) ||
		type_hash_equal(import->hash, export->hash))
		return;
	const char *symbol = graph_text(graph, import->name);
	struct finding *finding = findings_add(findings, "type-hash", "%s -> %s: %s", graph_cell_name(graph, cell),
		graph_cell_name(graph, export->cell), symbol);
	finding->from = cell;
	finding->to = export->cell;
	finding->symbol = import->name;
	char here[33], there[33];
	hash_text(import->hash, here);
	hash_text(export->hash, there);
	finding_say(finding, "%s was compiled against another type of %s than %s exports: type hash %s, exported %s",
		graph_cell_name(graph, cell), symbol, graph_cell_name(graph, export->cell), here, there);
}

static void check_imports(const struct graph *graph, bool may_miss, struct findings *findings)
{
	for (uint32_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		for (uint32_t i = cell->first_import; i < cell->first_import + cell->import_count; i++) {
			const struct graph_import *import = &graph->imports[i];
			if (import->bound_to != GRAPH_NONE)
				check_type(graph, c, import, findings);
			else if (!may_miss && !import->optional)
				report_unbound(graph, c, import, findings);
		}
	}
}

// The symbols that a cell wants of a cell that is not there.
static char *wanted_symbols(const struct graph *graph, const struct graph_cell *cell, uint32_t from)
{
	char *text = NULL;
	size_t length = 0, count = 0;
	FILE *stream = open_memstream(&text, &length);
	if (!stream)
		abort();
	for (uint32_t i = cell->first_import; i < cell->first_import + cell->import_count; i++)
		if (graph->imports[i].from_cell == from && graph->imports[i].bound_to == GRAPH_NONE)
			fprintf(stream, "%s%s", count++ ? ", " : "it uses ", graph_text(graph, graph->imports[i].name));
	fputs(count ? "\n" : "", stream);
	fclose(stream);
	return text;
}

static void check_dependencies(const struct graph *graph, bool may_miss, struct findings *findings)
{
	for (uint32_t c = 0; c < graph->cell_count; c++) {
		const struct graph_cell *cell = &graph->cells[c];
		const char *name = graph_cell_name(graph, c);
		for (uint32_t i = 0; i < cell->dependency_count; i++) {
			uint32_t wanted = graph->dependencies[cell->first_dependency + i].name;
			const char *other = graph_text(graph, wanted);
			if (may_miss || graph_find_cell(graph, other) != GRAPH_NONE)
				continue;
			struct finding *finding = findings_add(findings, "missing-cell", "%s -> %s", name, other);
			finding->from = c;
			finding_say(finding, "%s depends on the cell %s, which is not there", name, other);
			finding->details = wanted_symbols(graph, cell, wanted);
		}
	}
}

static void check_declarations(const struct graph *graph, struct findings *findings)
{
	for (size_t e = 0; e < graph->edge_count; e++) {
		const struct graph_edge *edge = &graph->edges[e];
		const char *from = graph_cell_name(graph, edge->from), *to = graph_cell_name(graph, edge->to);
		const char *check = NULL;
		if (!(edge->kinds & (EDGE_DECLARED | EDGE_IMPLICIT)))
			check = "undeclared";
		else if (edge->kinds & EDGE_DECLARED && !(edge->kinds & EDGE_KINDS_USED))
			check = "unused-dependency";
		else
			continue;
		struct finding *finding = findings_add(findings, check, "%s -> %s", from, to);
		finding->from = edge->from;
		finding->to = edge->to;
		if (edge->kinds & EDGE_DECLARED)
			finding_say(finding, "%s declares that it depends on %s and uses nothing of it", from, to);
		else
			finding_say(finding, "%s uses %s without declaring it (%s%s)", from, to,
				edge->import_count ? "symbol " : "no symbol",
				edge->import_count ? graph_edge_symbol(graph, edge, 0) : "");
	}
}

static void check_state(const struct graph *graph, struct findings *findings)
{
	for (uint32_t c = 0; c < graph->cell_count; c++) {
		if (!graph->cells[c].spilled_bytes)
			continue;
		struct finding *finding = findings_add(findings, "state-spill", "%s", graph_cell_name(graph, c));
		finding->from = c;
		finding_say(finding, "%s has %llu bytes of writable data that it does not declare as state",
			graph_cell_name(graph, c), (unsigned long long)graph->cells[c].spilled_bytes);
	}
}

static void check_uses(const struct graph *graph, struct findings *findings)
{
	for (size_t i = 0; i < graph->export_count; i++) {
		const struct graph_export *export = &graph->exports[i];
		if (!graph_export_is_unused(export))
			continue;
		const char *symbol = graph_text(graph, export->name);
		struct finding *finding = findings_add(findings, "unused-export", "%s", symbol);
		finding->from = export->cell;
		finding->symbol = export->name;
		finding_say(finding, "%s exports %s, which nobody uses", graph_cell_name(graph, export->cell), symbol);
	}
}

void check_integrity(const struct graph *graph, const struct check_options *options, struct findings *findings)
{
	bool may_miss = options->partial || graph->without_metadata;
	check_cell_names(graph, findings);
	check_exports(graph, findings);
	check_imports(graph, may_miss, findings);
	if (options->unused_exports)
		check_uses(graph, findings);
	if (graph->without_metadata)
		return;
	check_dependencies(graph, may_miss, findings);
	if (graph->origin != GRAPH_OF_A_MACHINE) // which has bound what it needs, and knows no declarations
		check_declarations(graph, findings);
	check_state(graph, findings);
}
