#include "tools/depgraph/render_dot.h"

#include <stdlib.h>

#include "tools/depgraph/picture.h"

enum { PALETTE_SIZE = 10 };

void render_dot_string(FILE *to, const char *text)
{
	putc('"', to);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', to);
		putc(*text, to);
	}
	putc('"', to);
}

// Pastels that differ also in lightness, so that they are told apart without colour vision.
static const char *fill_of(size_t group)
{
	static const char *const palette[PALETTE_SIZE] = {"#e8f1fa", "#fdf0dc", "#e4f4e4", "#f7e6f0", "#fbfbdf",
		"#e2f3f3", "#f0e9f9", "#fae5e0", "#eef0f2", "#eaf5d8"};
	return palette[group % PALETTE_SIZE];
}

static void write_cell(FILE *to, const struct picture *d, uint32_t c)
{
	const struct graph_cell *cell = &d->graph->cells[c];
	fprintf(to, "    ");
	render_dot_string(to, graph_text(d->graph, cell->name));
	const char *style = cell->cell_class == GRAPH_CLASS_CORE      ? "filled,bold"
			    : cell->cell_class == GRAPH_CLASS_FOREIGN ? "filled,dashed"
								      : "filled,rounded";
	fprintf(to, " [style=\"%s\"%s, tooltip=\"%s%s%s: exports %u, uses %u, used by %u\"];\n", style,
		d->view->focus[c] ? ", fillcolor=\"#ffd54d\"" : "",
		cell->cell_class ? graph_class_name(cell->cell_class) : "", cell->cell_class ? " " : "",
		graph_text(d->graph, cell->group), cell->export_count, cell->edge_count, cell->incoming_count);
}

// A group may have the name of a cell, so a folded one gets a sign that no cell's name has.
static void write_box_name(FILE *to, const struct picture *d, uint32_t box)
{
	if (!d->view->folded[box]) {
		render_dot_string(to, picture_box_name(d, box));
		return;
	}
	char *name = NULL;
	if (asprintf(&name, "group:%s", picture_box_name(d, box)) < 0)
		abort();
	render_dot_string(to, name);
	free(name);
}

// Group number `g` of the picture, as one box.
static void write_folded(FILE *to, const struct picture *d, size_t g, uint32_t box)
{
	const char *group = graph_text(d->graph, d->graph->cells[box].group);
	fprintf(to, "  ");
	write_box_name(to, d, box);
	fprintf(to, " [shape=box3d, style=filled, fillcolor=\"%s\", label=", fill_of(g));
	char *label = NULL;
	if (asprintf(&label, "%s (%u cell%s)", group, d->box_cells[box], d->box_cells[box] == 1 ? "" : "s") < 0)
		abort();
	render_dot_string(to, label);
	free(label);
	fprintf(to, "];\n");
}

static void write_group(FILE *to, const struct picture *d, size_t g)
{
	for (uint32_t c = 0; c < d->graph->cell_count; c++) {
		if (!d->view->folded[c] || !picture_is_box(d, c, d->groups[g]))
			continue;
		write_folded(to, d, g, c);
		return; // the only box of its group
	}
	const char *name = graph_text(d->graph, d->groups[g]);
	fprintf(to, "  subgraph ");
	char *cluster = NULL; // Graphviz draws a frame only around names that begin with this word
	if (asprintf(&cluster, "cluster_%s", name) < 0)
		abort();
	render_dot_string(to, cluster);
	free(cluster);
	fprintf(to, " {\n    label=");
	render_dot_string(to, name);
	fprintf(to, "; style=\"rounded,filled\"; color=\"#c8ccd0\"; fillcolor=\"%s\";\n", fill_of(g));
	for (uint32_t c = 0; c < d->graph->cell_count; c++)
		if (picture_is_box(d, c, d->groups[g]))
			write_cell(to, d, c);
	fprintf(to, "  }\n");
}

static const char *colour_of(const struct arrow *arrow)
{
	if (arrow->in_cycle)
		return "#d01c1c";
	if (arrow->undeclared)
		return "#c06a00";
	if (!(arrow->kinds & EDGE_KINDS_USED))
		return "#a0a4a8"; // declared, and nothing of it used
	if (!(arrow->kinds & EDGE_KINDS_BUILT))
		return "#00667a"; // kept at run time
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

static void write_arrow(FILE *to, const struct picture *d, const struct arrow *arrow)
{
	fprintf(to, "  ");
	write_box_name(to, d, arrow->from);
	fprintf(to, " -> ");
	write_box_name(to, d, arrow->to);
	fprintf(to, " [color=\"%s\", penwidth=%.2f", colour_of(arrow), width_of(arrow));
	if (!(arrow->kinds & EDGE_LINK))
		fprintf(to, ", style=%s", arrow->kinds & (EDGE_TYPE | EDGE_RUNTIME) ? "dashed" : "dotted");
	if (arrow->kinds & EDGE_RUNTIME)
		fprintf(to, ", arrowhead=vee");
	if (arrow->symbols > 1)
		fprintf(to, ", label=\"%u\"", arrow->symbols);
	fprintf(to, ", tooltip=");
	char *tooltip = picture_arrow_text(d, arrow);
	render_dot_string(to, tooltip);
	free(tooltip);
	fprintf(to, "];\n");
}

// Puts each group of the rules' order in a band of its own, above the next lower one: invisible edges lead from all
// cells of a band to a point below it, and from there to all cells of the next.
static void write_bands(FILE *to, const struct picture *d)
{
	for (size_t g = 1; d->rules && g < d->group_count; g++) {
		if (rules_layer(d->rules, graph_text(d->graph, d->groups[g])) == GRAPH_NONE)
			return; // groups outside the order come last
		fprintf(to, "  \"below:%zu\" [shape=point, style=invis, width=0, height=0];\n", g);
		for (uint32_t c = 0; c < d->graph->cell_count; c++) {
			bool above = picture_is_box(d, c, d->groups[g]);
			if (!above && !picture_is_box(d, c, d->groups[g - 1]))
				continue;
			fprintf(to, "  ");
			if (!above)
				fprintf(to, "\"below:%zu\" -> ", g);
			write_box_name(to, d, c);
			if (above)
				fprintf(to, " -> \"below:%zu\"", g);
			fprintf(to, " [style=invis, weight=0];\n");
		}
	}
}

void render_dot(FILE *to, const struct graph *graph, const struct view *view, const struct rules *rules)
{
	struct picture picture;
	picture_make(&picture, graph, view, rules);
	fprintf(to, "digraph cells {\n"
		    "  rankdir=TB; newrank=true; fontname=\"Helvetica\"; ranksep=0.45; nodesep=0.25;\n"
		    "  node [shape=box, fontname=\"Helvetica\", fontsize=11, fillcolor=\"white\", color=\"#40484f\"];\n"
		    "  edge [fontname=\"Helvetica\", fontsize=8, fontcolor=\"#60686f\", arrowsize=0.7];\n");
	for (size_t g = picture.group_count; g-- > 0;)
		write_group(to, &picture, g);
	write_bands(to, &picture);
	for (size_t i = 0; i < picture.arrow_count; i++)
		write_arrow(to, &picture, &picture.arrows[i]);
	fprintf(to, "}\n");
	picture_free(&picture);
}
