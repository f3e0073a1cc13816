#include "tools/depgraph/render_dot.h"

#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

enum { TOOLTIP_SYMBOLS = 40, PALETTE_SIZE = 10 };

// A box-to-box edge of the picture: several edges of the graph where a group is folded.
struct arrow {
	uint32_t from, to; // boxes
	uint32_t kinds;
	uint32_t symbols;
	bool in_cycle;
	const struct graph_edge *edge; // the only one, or null
	uint32_t edge_count;
};

struct drawing {
	FILE *to;
	const struct graph *graph;
	const struct view *view;
	const struct rules *rules;
	uint32_t *groups; // string numbers, in the order in which they are drawn
	size_t group_count, group_capacity;
	uint32_t *box_cells; // by box: how many cells it stands for
};

static void write_quoted(FILE *to, const char *text)
{
	putc('"', to);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', to);
		putc(*text, to);
	}
	putc('"', to);
}

static int compare_groups(const void *a, const void *b, void *context)
{
	const struct drawing *d = context;
	const char *left = graph_text(d->graph, *(const uint32_t *)a);
	const char *right = graph_text(d->graph, *(const uint32_t *)b);
	uint32_t left_layer = d->rules ? rules_layer(d->rules, left) : GRAPH_NONE;
	uint32_t right_layer = d->rules ? rules_layer(d->rules, right) : GRAPH_NONE;
	if (left_layer != right_layer)
		return left_layer < right_layer ? -1 : 1;
	return strcmp(left, right);
}

static void find_groups(struct drawing *d)
{
	bool *seen = ARRAY_NEW(bool, d->graph->strings.count);
	d->box_cells = ARRAY_NEW(uint32_t, d->graph->cell_count);
	for (size_t c = 0; c < d->graph->cell_count; c++) {
		if (!d->view->cells[c])
			continue;
		d->box_cells[d->view->box[c]]++;
		uint32_t group = d->graph->cells[c].group;
		if (seen[group])
			continue;
		seen[group] = true;
		*ARRAY_ADD(d->groups, d->group_count, d->group_capacity) = group;
	}
	free(seen);
	if (d->group_count)
		qsort_r(d->groups, d->group_count, sizeof *d->groups, compare_groups, d);
}

// Pastels that differ also in lightness, so that they are told apart without colour vision.
static const char *fill_of(size_t group)
{
	static const char *const palette[PALETTE_SIZE] = {"#e8f1fa", "#fdf0dc", "#e4f4e4", "#f7e6f0", "#fbfbdf",
		"#e2f3f3", "#f0e9f9", "#fae5e0", "#eef0f2", "#eaf5d8"};
	return palette[group % PALETTE_SIZE];
}

static void write_cell(const struct drawing *d, uint32_t c)
{
	const struct graph_cell *cell = &d->graph->cells[c];
	fprintf(d->to, "    ");
	write_quoted(d->to, graph_text(d->graph, cell->name));
	const char *style = cell->cell_class == GRAPH_CLASS_CORE      ? "filled,bold"
			    : cell->cell_class == GRAPH_CLASS_FOREIGN ? "filled,dashed"
								      : "filled,rounded";
	fprintf(d->to, " [style=\"%s\"%s, tooltip=\"%s%s%s: exports %u, uses %u, used by %u\"];\n", style,
		d->view->focus[c] ? ", fillcolor=\"#ffd54d\"" : "",
		cell->cell_class ? graph_class_name(cell->cell_class) : "", cell->cell_class ? " " : "",
		graph_text(d->graph, cell->group), cell->export_count, cell->edge_count, cell->incoming_count);
}

static const char *box_name(const struct drawing *d, uint32_t box)
{
	const struct graph_cell *cell = &d->graph->cells[box];
	return graph_text(d->graph, d->view->folded[box] ? cell->group : cell->name);
}

// A group may have the name of a cell, so a folded one gets a sign that no cell's name has.
static void write_box_name(const struct drawing *d, uint32_t box)
{
	if (!d->view->folded[box]) {
		write_quoted(d->to, box_name(d, box));
		return;
	}
	char *name = NULL;
	if (asprintf(&name, "group:%s", box_name(d, box)) < 0)
		abort();
	write_quoted(d->to, name);
	free(name);
}

static void write_folded(const struct drawing *d, uint32_t box)
{
	const char *group = graph_text(d->graph, d->graph->cells[box].group);
	fprintf(d->to, "    ");
	write_box_name(d, box);
	fprintf(d->to, " [shape=box3d, style=filled, label=");
	char *label = NULL;
	if (asprintf(&label, "%s (%u cells)", group, d->box_cells[box]) < 0)
		abort();
	write_quoted(d->to, label);
	free(label);
	fprintf(d->to, "];\n");
}

static void write_box(const struct drawing *d, uint32_t c)
{
	if (d->view->folded[c])
		write_folded(d, c);
	else
		write_cell(d, c);
}

static void write_group(const struct drawing *d, size_t g)
{
	const char *name = graph_text(d->graph, d->groups[g]);
	fprintf(d->to, "  subgraph ");
	char *cluster = NULL; // Graphviz draws a frame only around names that begin with this word
	if (asprintf(&cluster, "cluster_%s", name) < 0)
		abort();
	write_quoted(d->to, cluster);
	free(cluster);
	fprintf(d->to, " {\n    label=");
	write_quoted(d->to, name);
	fprintf(d->to, "; style=\"rounded,filled\"; color=\"#c8ccd0\"; fillcolor=\"%s\";\n", fill_of(g));
	for (uint32_t c = 0; c < d->graph->cell_count; c++)
		if (d->view->cells[c] && d->view->box[c] == c && d->graph->cells[c].group == d->groups[g])
			write_box(d, c);
	fprintf(d->to, "  }\n");
}

static const char *colour_of(const struct arrow *arrow)
{
	if (arrow->in_cycle)
		return "#d01c1c";
	if (!(arrow->kinds & EDGE_KINDS_USED))
		return "#a0a4a8"; // declared, and nothing of it used
	return arrow->kinds & EDGE_LINK ? "#40484f" : "#7a8690";
}

// 1 for one symbol, 2 for eight, 3 for sixty-four: a heavy edge stands out, a very heavy one does not cover the rest.
static double width_of(const struct arrow *arrow)
{
	double width = 1;
	for (uint32_t symbols = arrow->symbols; symbols > 1; symbols /= 2)
		width += 1.0 / 3;
	return arrow->in_cycle ? width + 1.5 : width;
}

static void write_arrow(const struct drawing *d, const struct arrow *arrow)
{
	char kinds[EDGE_KINDS_TEXT_BYTES];
	fprintf(d->to, "  ");
	write_box_name(d, arrow->from);
	fprintf(d->to, " -> ");
	write_box_name(d, arrow->to);
	fprintf(d->to, " [color=\"%s\", penwidth=%.2f", colour_of(arrow), width_of(arrow));
	if (!(arrow->kinds & EDGE_LINK))
		fprintf(d->to, ", style=%s", arrow->kinds & EDGE_TYPE ? "dashed" : "dotted");
	if (arrow->symbols)
		fprintf(d->to, ", label=\"%u\"", arrow->symbols);
	fprintf(d->to, ", tooltip=");
	char *symbols = arrow->edge ? edge_symbols_text(d->graph, arrow->edge, TOOLTIP_SYMBOLS) : NULL;
	char *tooltip = NULL;
	int length = symbols ? asprintf(&tooltip, "%s -> %s (%s): %s", box_name(d, arrow->from), box_name(d, arrow->to),
				       edge_kinds_text(arrow->kinds, kinds), symbols)
			     : asprintf(&tooltip, "%s -> %s (%s): %u edges, %u symbols", box_name(d, arrow->from),
				       box_name(d, arrow->to), edge_kinds_text(arrow->kinds, kinds), arrow->edge_count,
				       arrow->symbols);
	if (length < 0)
		abort();
	write_quoted(d->to, tooltip);
	fprintf(d->to, "];\n");
	free(tooltip);
	free(symbols);
}

static int compare_arrows(const void *a, const void *b)
{
	const struct arrow *left = a, *right = b;
	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return (left->to > right->to) - (left->to < right->to);
}

static size_t merge_arrows(struct arrow *arrows, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept && compare_arrows(&arrows[kept - 1], &arrows[i]) == 0) {
			struct arrow *into = &arrows[kept - 1];
			into->kinds |= arrows[i].kinds;
			into->symbols += arrows[i].symbols;
			into->in_cycle = into->in_cycle || arrows[i].in_cycle;
			into->edge = NULL;
			into->edge_count++;
		} else {
			arrows[kept++] = arrows[i];
		}
	}
	return kept;
}

static void write_arrows(const struct drawing *d)
{
	struct arrow *arrows = ARRAY_NEW(struct arrow, d->view->edge_count);
	size_t count = 0;
	for (size_t e = 0; e < d->graph->edge_count; e++) {
		const struct graph_edge *edge = &d->graph->edges[e];
		uint32_t from = d->view->edges[e] ? d->view->box[edge->from] : 0;
		uint32_t to = d->view->edges[e] ? d->view->box[edge->to] : 0;
		if (from == to)
			continue;
		arrows[count++] = (struct arrow){from, to, edge->kinds & (d->view->kinds | EDGE_DECLARED),
			edge->import_count, d->view->in_cycle[e], edge, 1};
	}
	if (count)
		qsort(arrows, count, sizeof *arrows, compare_arrows);
	count = merge_arrows(arrows, count);
	for (size_t i = 0; i < count; i++)
		write_arrow(d, &arrows[i]);
	free(arrows);
}

void render_dot(FILE *to, const struct graph *graph, const struct view *view, const struct rules *rules)
{
	struct drawing d = {.to = to, .graph = graph, .view = view, .rules = rules};
	find_groups(&d);
	fprintf(to, "digraph cells {\n"
		    "  rankdir=TB; newrank=true; fontname=\"Helvetica\"; ranksep=0.6; nodesep=0.25;\n"
		    "  node [shape=box, fontname=\"Helvetica\", fontsize=11, fillcolor=\"white\", color=\"#40484f\"];\n"
		    "  edge [fontname=\"Helvetica\", fontsize=8, fontcolor=\"#60686f\", arrowsize=0.7];\n");
	for (size_t g = d.group_count; g-- > 0;)
		write_group(&d, g);
	write_arrows(&d);
	fprintf(to, "}\n");
	free(d.groups);
	free(d.box_cells);
}
