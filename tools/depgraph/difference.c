#include "tools/depgraph/difference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

static bool same_exports(
	const struct graph *before, const struct graph_cell *a, const struct graph *after, const struct graph_cell *b)
{
	if (a->export_count != b->export_count)
		return false;
	for (uint32_t i = 0; i < a->export_count; i++) {
		const struct graph_export *left = &before->exports[a->first_export + i];
		const struct graph_export *right = &after->exports[b->first_export + i];
		if (strcmp(graph_text(before, left->name), graph_text(after, right->name)) != 0)
			return false;
		if (type_hash_known(left->hash) && type_hash_known(right->hash) &&
			!type_hash_equal(left->hash, right->hash))
			return false;
	}
	return true;
}

static bool same_states(
	const struct graph *before, const struct graph_cell *a, const struct graph *after, const struct graph_cell *b)
{
	if (a->state_count != b->state_count)
		return false;
	for (uint32_t i = 0; i < a->state_count; i++) {
		const struct graph_state *left = &before->states[a->first_state + i];
		const struct graph_state *right = &after->states[b->first_state + i];
		if (strcmp(graph_text(before, left->name), graph_text(after, right->name)) != 0 ||
			left->size_bytes != right->size_bytes || !type_hash_equal(left->hash, right->hash))
			return false;
	}
	return true;
}

static void compare_cell(struct difference *d, uint32_t before, uint32_t after)
{
	struct cell_change change = {.before = before, .after = after};
	if (before == GRAPH_NONE || after == GRAPH_NONE) {
		change.change = before == GRAPH_NONE ? CHANGE_ADDED : CHANGE_REMOVED;
	} else {
		const struct graph_cell *a = &d->before->cells[before], *b = &d->after->cells[after];
		change.interface = !same_exports(d->before, a, d->after, b);
		change.state = !same_states(d->before, a, d->after, b);
		change.size = a->code_bytes != b->code_bytes || a->constant_bytes != b->constant_bytes ||
			      a->state_bytes != b->state_bytes;
		if (!change.interface && !change.state && !change.size)
			return;
		change.change = CHANGE_CHANGED;
	}
	*ARRAY_ADD(d->cells, d->cell_count, d->cell_capacity) = change;
}

// Both lists of cells are sorted by name: one walk along both.
static void compare_cells(struct difference *d)
{
	uint32_t a = 0, b = 0;
	while (a < d->before->cell_count || b < d->after->cell_count) {
		int order = a == d->before->cell_count ? 1
			    : b == d->after->cell_count
				    ? -1
				    : strcmp(graph_cell_name(d->before, a), graph_cell_name(d->after, b));
		compare_cell(d, order <= 0 ? a : GRAPH_NONE, order >= 0 ? b : GRAPH_NONE);
		a += order <= 0;
		b += order >= 0;
	}
}

// By the names of the two ends.
static int order_edges(const struct difference *d, const struct graph_edge *a, const struct graph_edge *b)
{
	int order = strcmp(graph_cell_name(d->before, a->from), graph_cell_name(d->after, b->from));
	return order ? order : strcmp(graph_cell_name(d->before, a->to), graph_cell_name(d->after, b->to));
}

static bool same_symbols(const struct difference *d, const struct graph_edge *a, const struct graph_edge *b)
{
	if (a->import_count != b->import_count)
		return false;
	for (uint32_t i = 0; i < a->import_count; i++)
		if (strcmp(graph_edge_symbol(d->before, a, i), graph_edge_symbol(d->after, b, i)) != 0)
			return false;
	return true;
}

static const struct graph_edge *next_edge(const struct graph *graph, size_t *index, uint32_t kinds)
{
	while (*index < graph->edge_count && !(graph->edges[*index].kinds & kinds))
		++*index;
	return *index < graph->edge_count ? &graph->edges[*index] : NULL;
}

static void compare_edges(struct difference *d, uint32_t kinds)
{
	size_t a = 0, b = 0;
	const struct graph_edge *before, *after;
	while ((before = next_edge(d->before, &a, kinds)), (after = next_edge(d->after, &b, kinds)), before || after) {
		int order = !before ? 1 : !after ? -1 : order_edges(d, before, after);
		struct edge_change change = {CHANGE_CHANGED, order <= 0 ? before : NULL, order >= 0 ? after : NULL};
		a += order <= 0;
		b += order >= 0;
		if (order == 0 && ((before->kinds ^ after->kinds) & kinds) == 0 &&
			(!(kinds & EDGE_LINK) || same_symbols(d, before, after)))
			continue;
		if (order != 0)
			change.change = order < 0 ? CHANGE_REMOVED : CHANGE_ADDED;
		*ARRAY_ADD(d->edges, d->edge_count, d->edge_capacity) = change;
	}
}

void difference_find(
	struct difference *difference, const struct graph *before, const struct graph *after, uint32_t kinds)
{
	*difference = (struct difference){.before = before, .after = after};
	compare_cells(difference);
	compare_edges(difference, kinds);
}

void difference_free(struct difference *difference)
{
	free(difference->cells);
	free(difference->edges);
	*difference = (struct difference){};
}

// The symbols that only `edge` has of the two, each after `sign`. Returns whether there was one.
static bool write_symbols(FILE *to, const struct graph *graph, const struct graph_edge *edge, const struct graph *other,
	const struct graph_edge *others, char sign, bool after_some)
{
	for (uint32_t i = 0; edge && i < edge->import_count; i++) {
		const char *symbol = graph_edge_symbol(graph, edge, i);
		if (others && graph_edge_has_symbol(other, others, symbol))
			continue;
		fprintf(to, "%s%c%s", after_some ? ", " : "", sign, symbol);
		after_some = true;
	}
	return after_some;
}

char *difference_symbols(const struct difference *d, const struct edge_change *change)
{
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	if (!stream)
		abort();
	bool some = write_symbols(stream, d->after, change->after, d->before, change->before, '+', false);
	write_symbols(stream, d->before, change->before, d->after, change->after, '-', some);
	fclose(stream);
	return text;
}

// Both lists of exports are sorted by name: one walk along both.
char *difference_exports(const struct difference *d, const struct cell_change *change)
{
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	if (!stream)
		abort();
	const struct graph_cell *a = &d->before->cells[change->before], *b = &d->after->cells[change->after];
	const char *between = "";
	for (uint32_t i = 0, j = 0; i < a->export_count || j < b->export_count;) {
		const struct graph_export *left = &d->before->exports[a->first_export + i];
		const struct graph_export *right = &d->after->exports[b->first_export + j];
		int order = i == a->export_count ? 1
			    : j == b->export_count
				    ? -1
				    : strcmp(graph_text(d->before, left->name), graph_text(d->after, right->name));
		bool retyped = order == 0 && type_hash_known(left->hash) && type_hash_known(right->hash) &&
			       !type_hash_equal(left->hash, right->hash);
		if (order != 0 || retyped) {
			fprintf(stream, "%s%c%s", between,
				order < 0   ? '-'
				: order > 0 ? '+'
					    : '~',
				order > 0 ? graph_text(d->after, right->name) : graph_text(d->before, left->name));
			between = ", ";
		}
		i += order <= 0;
		j += order >= 0;
	}
	fclose(stream);
	return text;
}
