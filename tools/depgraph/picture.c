#include "tools/depgraph/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/finding.h"

enum { ARROW_SYMBOLS = 40 };

static int compare_groups(const void *a, const void *b, void *context)
{
	const struct picture *d = context;
	const char *left = graph_text(d->graph, *(const uint32_t *)a);
	const char *right = graph_text(d->graph, *(const uint32_t *)b);
	uint32_t left_layer = d->rules ? rules_layer(d->rules, left) : GRAPH_NONE;
	uint32_t right_layer = d->rules ? rules_layer(d->rules, right) : GRAPH_NONE;
	if (left_layer != right_layer)
		return left_layer < right_layer ? -1 : 1;
	return strcmp(left, right);
}

static void find_groups(struct picture *d)
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
			into->undeclared = into->undeclared || arrows[i].undeclared;
			into->edge = NULL;
			into->edge_count++;
		} else {
			arrows[kept++] = arrows[i];
		}
	}
	return kept;
}

// A running system, and objects without metadata, know no declarations.
static bool is_undeclared(const struct graph *graph, const struct graph_edge *edge)
{
	return !(edge->kinds & (EDGE_DECLARED | EDGE_IMPLICIT)) && !graph->without_metadata &&
	       graph->origin != GRAPH_OF_A_MACHINE;
}

static bool has_folded(const struct picture *d)
{
	for (size_t c = 0; c < d->graph->cell_count; c++)
		if (d->view->folded[c] && d->view->cells[c])
			return true;
	return false;
}

// Takes out the arrows that a longer way replaces: those of a graph whose cells are the boxes.
static void reduce_arrows(struct picture *d)
{
	struct graph boxes = {.cells = ARRAY_NEW(struct graph_cell, d->graph->cell_count),
		.cell_count = d->graph->cell_count,
		.edges = ARRAY_NEW(struct graph_edge, d->arrow_count),
		.edge_count = d->arrow_count};
	for (uint32_t a = 0; a < d->arrow_count; a++) {
		const struct arrow *arrow = &d->arrows[a];
		boxes.edges[a] = (struct graph_edge){.from = arrow->from, .to = arrow->to, .kinds = arrow->kinds};
		if (boxes.cells[arrow->from].edge_count++ == 0)
			boxes.cells[arrow->from].first_edge = a;
	}
	struct view reduced;
	view_init(&reduced, &boxes, d->view->kinds | EDGE_DECLARED);
	view_reduce(&reduced, &boxes);
	size_t kept = 0;
	for (size_t a = 0; a < d->arrow_count; a++)
		if (reduced.edges[a])
			d->arrows[kept++] = d->arrows[a];
	d->arrow_count = kept;
	view_free(&reduced);
	free(boxes.cells);
	free(boxes.edges);
}

static void find_arrows(struct picture *d)
{
	bool by_boxes = d->view->whole && has_folded(d);
	const bool *shown = by_boxes ? d->view->whole : d->view->edges;
	struct arrow *arrows = d->arrows = ARRAY_NEW(struct arrow, d->graph->edge_count);
	size_t count = 0;
	for (size_t e = 0; e < d->graph->edge_count; e++) {
		const struct graph_edge *edge = &d->graph->edges[e];
		uint32_t from = shown[e] ? d->view->box[edge->from] : 0;
		uint32_t to = shown[e] ? d->view->box[edge->to] : 0;
		if (from == to)
			continue;
		arrows[count++] = (struct arrow){from, to, edge->kinds & (d->view->kinds | EDGE_DECLARED),
			edge->import_count, d->view->in_cycle[e], is_undeclared(d->graph, edge), edge, 1};
	}
	if (count)
		qsort(arrows, count, sizeof *arrows, compare_arrows);
	d->arrow_count = merge_arrows(arrows, count);
	if (by_boxes)
		reduce_arrows(d);
}

void picture_make(
	struct picture *picture, const struct graph *graph, const struct view *view, const struct rules *rules)
{
	*picture = (struct picture){.graph = graph, .view = view, .rules = rules};
	find_groups(picture);
	find_arrows(picture);
}

void picture_free(struct picture *picture)
{
	free(picture->groups);
	free(picture->box_cells);
	free(picture->arrows);
	*picture = (struct picture){};
}

const char *picture_box_name(const struct picture *picture, uint32_t box)
{
	const struct graph_cell *cell = &picture->graph->cells[box];
	return graph_text(picture->graph, picture->view->folded[box] ? cell->group : cell->name);
}

bool picture_is_box(const struct picture *picture, uint32_t c, uint32_t group)
{
	return picture->view->cells[c] && picture->view->box[c] == c && picture->graph->cells[c].group == group;
}

char *picture_arrow_text(const struct picture *picture, const struct arrow *arrow)
{
	const char *from = picture_box_name(picture, arrow->from), *to = picture_box_name(picture, arrow->to);
	char kinds[EDGE_KINDS_TEXT_BYTES];
	char *symbols = arrow->edge ? edge_symbols_text(picture->graph, arrow->edge, ARROW_SYMBOLS) : NULL;
	char *text = NULL;
	int length =
		symbols ? asprintf(&text, "%s -> %s (%s): %s", from, to, edge_kinds_text(arrow->kinds, kinds), symbols)
			: asprintf(&text, "%s -> %s (%s): %u edges, %u symbols", from, to,
				  edge_kinds_text(arrow->kinds, kinds), arrow->edge_count, arrow->symbols);
	if (length < 0)
		abort();
	free(symbols);
	return text;
}
