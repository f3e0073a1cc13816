#include "tools/depgraph/render_diff.h"

#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/render_dot.h"

static const char *cell_name(const struct difference *d, const struct cell_change *change)
{
	return change->after == GRAPH_NONE ? graph_cell_name(d->before, change->before)
					   : graph_cell_name(d->after, change->after);
}

static void edge_ends(const struct difference *d, const struct edge_change *change, const char *ends[2])
{
	const struct graph *graph = change->after ? d->after : d->before;
	const struct graph_edge *edge = change->after ? change->after : change->before;
	ends[0] = graph_cell_name(graph, edge->from);
	ends[1] = graph_cell_name(graph, edge->to);
}

static size_t count_cells(const struct difference *d, enum change change)
{
	size_t count = 0;
	for (size_t i = 0; i < d->cell_count; i++)
		count += d->cells[i].change == change;
	return count;
}

static size_t count_edges(const struct difference *d, enum change change)
{
	size_t count = 0;
	for (size_t i = 0; i < d->edge_count; i++)
		count += d->edges[i].change == change;
	return count;
}

static const char *const change_words[] = {"", "added", "removed", "changed"};

static void write_cells(FILE *to, const struct difference *d)
{
	fprintf(to, "\n| cell | | what |\n|---|---|---|\n");
	for (size_t i = 0; i < d->cell_count; i++) {
		const struct cell_change *change = &d->cells[i];
		char *exports = change->interface ? difference_exports(d, change) : NULL;
		fprintf(to, "| `%s` | %s | %s%s%s%s%s |\n", cell_name(d, change), change_words[change->change],
			exports ? "interface: " : "", exports ? exports : "",
			exports && (change->state || change->size) ? "; " : "", change->state ? "state " : "",
			change->size ? "size" : "");
		free(exports);
	}
}

static void write_edges(FILE *to, const struct difference *d)
{
	fprintf(to, "\n| dependency | | symbols |\n|---|---|---|\n");
	for (size_t i = 0; i < d->edge_count; i++) {
		const struct edge_change *change = &d->edges[i];
		const char *ends[2];
		edge_ends(d, change, ends);
		char *symbols = difference_symbols(d, change);
		fprintf(to, "| `%s` → `%s` | %s | %s |\n", ends[0], ends[1], change_words[change->change], symbols);
		free(symbols);
	}
}

void render_diff_markdown(FILE *to, const struct difference *d)
{
	fprintf(to,
		"**Cells:** %zu added, %zu removed, %zu changed. **Dependencies:** %zu added, %zu removed, %zu "
		"changed.\n",
		count_cells(d, CHANGE_ADDED), count_cells(d, CHANGE_REMOVED), count_cells(d, CHANGE_CHANGED),
		count_edges(d, CHANGE_ADDED), count_edges(d, CHANGE_REMOVED), count_edges(d, CHANGE_CHANGED));
	if (d->cell_count)
		write_cells(to, d);
	if (d->edge_count)
		write_edges(to, d);
}

static const char *colour_of(enum change change)
{
	static const char *const colours[] = {"#a0a4a8", "#1a7f37", "#d01c1c", "#bf6a02"};
	return colours[change];
}

static const char *style_of(enum change change)
{
	return change == CHANGE_REMOVED ? "dashed" : "solid";
}

// Draws the cells at the ends of changed edges that did not change themselves.
static void write_neighbours(FILE *to, const struct difference *d, bool *drawn_before, bool *drawn_after)
{
	for (size_t i = 0; i < d->edge_count; i++) {
		const struct edge_change *change = &d->edges[i];
		const struct graph *graph = change->after ? d->after : d->before;
		const struct graph_edge *edge = change->after ? change->after : change->before;
		bool *drawn = change->after ? drawn_after : drawn_before;
		const uint32_t ends[2] = {edge->from, edge->to};
		for (size_t end = 0; end < 2; end++) {
			const char *name = graph_cell_name(graph, ends[end]);
			if (!drawn[ends[end]]) {
				fprintf(to, "  ");
				render_dot_string(to, name);
				fprintf(to, ";\n");
			}
			uint32_t before = graph_find_cell(d->before, name), after = graph_find_cell(d->after, name);
			if (before != GRAPH_NONE)
				drawn_before[before] = true;
			if (after != GRAPH_NONE)
				drawn_after[after] = true;
		}
	}
}

void render_diff_dot(FILE *to, const struct difference *d)
{
	bool *drawn_before = ARRAY_NEW(bool, d->before->cell_count);
	bool *drawn_after = ARRAY_NEW(bool, d->after->cell_count);
	fprintf(to, "digraph difference {\n"
		    "  rankdir=TB; fontname=\"Helvetica\";\n"
		    "  node [shape=box, fontname=\"Helvetica\", fontsize=11, color=\"#a0a4a8\", style=rounded];\n"
		    "  edge [fontname=\"Helvetica\", fontsize=8, arrowsize=0.7];\n");
	for (size_t i = 0; i < d->cell_count; i++) {
		const struct cell_change *change = &d->cells[i];
		fprintf(to, "  ");
		render_dot_string(to, cell_name(d, change));
		fprintf(to, " [color=\"%s\", penwidth=2, style=\"rounded,%s\"];\n", colour_of(change->change),
			style_of(change->change));
		if (change->before != GRAPH_NONE)
			drawn_before[change->before] = true;
		if (change->after != GRAPH_NONE)
			drawn_after[change->after] = true;
	}
	write_neighbours(to, d, drawn_before, drawn_after);
	for (size_t i = 0; i < d->edge_count; i++) {
		const struct edge_change *change = &d->edges[i];
		const char *ends[2];
		edge_ends(d, change, ends);
		char *symbols = difference_symbols(d, change);
		fprintf(to, "  ");
		render_dot_string(to, ends[0]);
		fprintf(to, " -> ");
		render_dot_string(to, ends[1]);
		fprintf(to, " [color=\"%s\", penwidth=2, style=%s, tooltip=", colour_of(change->change),
			style_of(change->change));
		render_dot_string(to, symbols);
		fprintf(to, "];\n");
		free(symbols);
	}
	fprintf(to, "}\n");
	free(drawn_before);
	free(drawn_after);
}
