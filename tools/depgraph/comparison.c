#include "tools/depgraph/comparison.h"

#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/difference.h"

struct teller {
	FILE *to;
	const struct comparison *c;
	size_t count;      // of differences
	size_t not_loaded; // cells that only the running system lacks
	size_t opened;     // cells whose sections both know
};

static uint32_t known_kinds(const struct graph *graph)
{
	uint32_t kinds = 0;
	if (graph->origin == GRAPH_OF_BUILD)
		return EDGE_DECLARED;
	if (graph->origin == GRAPH_OF_A_MACHINE)
		return EDGE_LINK;
	for (size_t e = 0; e < graph->edge_count; e++)
		kinds |= graph->edges[e].kinds;
	return kinds & (EDGE_DECLARED | EDGE_LINK);
}

// Where the source of cell `from` uses the symbol, as " at FILE:LINE".
static void tell_use(struct teller *t, size_t side, uint32_t from, const char *symbol)
{
	char place[SOURCE_PLACE_BYTES];
	const char *name = graph_cell_name(t->c->graphs[side], from);
	for (size_t i = 0; i < 2; i++) { // a running system knows no lines, but the other may
		uint32_t cell = graph_find_cell(t->c->graphs[i ? !side : side], name);
		if (cell == GRAPH_NONE || !places_of_symbol(t->c->places[i ? !side : side], cell, symbol, place))
			continue;
		fprintf(t->to, " at %s", place);
		break;
	}
	putc('\n', t->to);
	t->count++;
}

// Where the BUILD file of cell `from` names cell `to`.
static void tell_declaration(struct teller *t, size_t side, uint32_t from, uint32_t to)
{
	char place[SOURCE_PLACE_BYTES];
	if (places_of_declaration(t->c->places[side], from, to, place))
		fprintf(t->to, " at %s", place);
	putc('\n', t->to);
	t->count++;
}

static void compare_cells(struct teller *t)
{
	for (size_t side = 0; side < 2; side++) {
		const struct graph *graph = t->c->graphs[side], *other = t->c->graphs[!side];
		for (size_t i = 0; i < graph->cell_count; i++) {
			const char *name = graph_cell_name(graph, i);
			if (graph_find_cell(other, name) != GRAPH_NONE)
				continue;
			if (other->origin == GRAPH_OF_A_MACHINE) {
				t->not_loaded++;
			} else if (!t->c->partial) {
				fprintf(t->to, "cell %s: in %s, not in %s\n", name, t->c->names[side],
					t->c->names[!side]);
				t->count++;
			}
		}
	}
}

// ---- Edges ----

static void compare_symbols(struct teller *t, const struct edge_change *change)
{
	const struct graph_edge *edges[2] = {change->before, change->after};
	for (size_t side = 0; side < 2; side++) {
		const struct graph *graph = t->c->graphs[side];
		const struct graph_edge *edge = edges[side];
		for (uint32_t i = 0; edge && i < edge->import_count; i++) {
			const char *symbol = graph_edge_symbol(graph, edge, i);
			if (edges[!side] && graph_edge_has_symbol(t->c->graphs[!side], edges[!side], symbol))
				continue;
			fprintf(t->to, "%s -> %s: %s is linked in %s, not in %s", graph_cell_name(graph, edge->from),
				graph_cell_name(graph, edge->to), symbol, t->c->names[side], t->c->names[!side]);
			tell_use(t, side, edge->from, symbol);
		}
	}
}

// Whether a missing edge is no difference, because one of its cells is missing and that was told.
static bool is_told(const struct teller *t, size_t side, const struct graph_edge *edge)
{
	const struct graph *graph = t->c->graphs[side], *other = t->c->graphs[!side];
	if (graph_find_cell(other, graph_cell_name(graph, edge->from)) == GRAPH_NONE)
		return true;
	if (graph_find_cell(other, graph_cell_name(graph, edge->to)) != GRAPH_NONE)
		return false;
	// A loaded cell is bound to all that it needs: a cell of its links that is not loaded is a difference.
	return other->origin != GRAPH_OF_A_MACHINE;
}

static void compare_edges(struct teller *t, uint32_t kind)
{
	struct difference difference;
	difference_find(&difference, t->c->graphs[0], t->c->graphs[1], kind);
	for (size_t i = 0; i < difference.edge_count; i++) {
		const struct edge_change *change = &difference.edges[i];
		size_t side = change->before ? 0 : 1;
		const struct graph_edge *edge = change->before ? change->before : change->after;
		if (is_told(t, side, edge))
			continue;
		if (kind == EDGE_LINK) {
			compare_symbols(t, change);
			continue;
		}
		const struct graph *graph = t->c->graphs[side];
		fprintf(t->to, "%s -> %s: declared in %s, not in %s", graph_cell_name(graph, edge->from),
			graph_cell_name(graph, edge->to), t->c->names[side], t->c->names[!side]);
		tell_declaration(t, side, edge->from, edge->to);
	}
	difference_free(&difference);
}

static bool declares(const struct graph *graph, const struct graph_cell *cell, const char *name)
{
	for (uint32_t i = 0; i < cell->dependency_count; i++) {
		const struct graph_dependency *dependency = &graph->dependencies[cell->first_dependency + i];
		if (strcmp(graph_text(graph, dependency->name), name) == 0)
			return dependency->kinds & (EDGE_DECLARED | EDGE_IMPLICIT);
	}
	return false;
}

// Each link of the graph `side` must be declared in the other one.
static void links_are_declared(struct teller *t, size_t side)
{
	const struct graph *linked = t->c->graphs[side], *declared = t->c->graphs[!side];
	for (size_t e = 0; e < linked->edge_count; e++) {
		const struct graph_edge *edge = &linked->edges[e];
		uint32_t from = graph_find_cell(declared, graph_cell_name(linked, edge->from));
		const char *to = graph_cell_name(linked, edge->to);
		if (!(edge->kinds & EDGE_LINK) || from == GRAPH_NONE || declares(declared, &declared->cells[from], to))
			continue;
		const char *symbol = graph_edge_symbol(linked, edge, 0);
		fprintf(t->to, "%s -> %s: %s is linked in %s, and %s does not declare the dependency",
			graph_cell_name(linked, edge->from), to, symbol, t->c->names[side], t->c->names[!side]);
		tell_use(t, side, edge->from, symbol);
	}
}

// ---- Sections ----

static void tell_section(struct teller *t, const char *cell, size_t side, uint32_t section)
{
	const struct graph *graph = t->c->graphs[side];
	const struct graph_section *record = &graph->sections[section];
	const char *name = graph_text(graph, record->name);
	fprintf(t->to, "%s: section %s (%s, %llu bytes) is in %s, not in %s\n", cell, name,
		graph_section_kind_name(record->kind), (unsigned long long)record->size_bytes, t->c->names[side],
		t->c->names[!side]);
	t->count++;
}

// Both lists are sorted by kind and name: one walk along both.
static void compare_sections(struct teller *t, const struct graph_cell *const cells[2])
{
	const struct graph *a = t->c->graphs[0], *b = t->c->graphs[1];
	const char *cell = graph_text(a, cells[0]->name);
	uint32_t i = cells[0]->first_section, j = cells[1]->first_section;
	uint32_t i_end = i + cells[0]->section_count, j_end = j + cells[1]->section_count;
	while (i < i_end || j < j_end) {
		const struct graph_section *left = &a->sections[i], *right = &b->sections[j];
		int order = i == i_end                  ? 1
			    : j == j_end                ? -1
			    : left->kind != right->kind ? (int)left->kind - (int)right->kind
							: strcmp(graph_text(a, left->name), graph_text(b, right->name));
		if (order == 0 && left->size_bytes != right->size_bytes) {
			fprintf(t->to, "%s: section %s has %llu bytes in %s, %llu in %s\n", cell,
				graph_text(a, left->name), (unsigned long long)left->size_bytes, t->c->names[0],
				(unsigned long long)right->size_bytes, t->c->names[1]);
			t->count++;
		} else if (order != 0) {
			tell_section(t, cell, order < 0 ? 0 : 1, order < 0 ? i : j);
		}
		i += order <= 0;
		j += order >= 0;
	}
}

static int order_bindings(const struct graph *a, const struct graph_binding *left, const struct graph *b,
	const struct graph_binding *right)
{
	int order = strcmp(graph_text(a, left->from), graph_text(b, right->from));
	order = order ? order : (int)right->within - (int)left->within;
	order = order ? order : strcmp(graph_text(a, left->cell), graph_text(b, right->cell));
	return order ? order : strcmp(graph_text(a, left->target), graph_text(b, right->target));
}

static void tell_binding(struct teller *t, size_t side, const struct graph_cell *cell,
	const struct graph_binding *binding, uint32_t others_places)
{
	const struct graph *graph = t->c->graphs[side];
	const char *section = graph_text(graph, binding->from);
	const char *target = binding->target ? graph_text(graph, binding->target) : "nothing that a cell has";
	fprintf(t->to, "%s: section %s leads to %s%s%s in %u place%s in %s, in %u in %s", graph_text(graph, cell->name),
		section, target, binding->within || !binding->cell ? "" : " of ",
		binding->within || !binding->cell ? "" : graph_text(graph, binding->cell), binding->places,
		binding->places == 1 ? "" : "s", t->c->names[side], others_places, t->c->names[!side]);
	if (binding->within || !binding->target) {
		putc('\n', t->to);
		t->count++;
	} else {
		tell_use(t, side, (uint32_t)(cell - graph->cells), target);
	}
}

static void compare_bindings(struct teller *t, const struct graph_cell *const cells[2])
{
	const struct graph *a = t->c->graphs[0], *b = t->c->graphs[1];
	uint32_t i = cells[0]->first_binding, j = cells[1]->first_binding;
	uint32_t i_end = i + cells[0]->binding_count, j_end = j + cells[1]->binding_count;
	while (i < i_end || j < j_end) {
		const struct graph_binding *left = &a->bindings[i], *right = &b->bindings[j];
		int order = i == i_end ? 1 : j == j_end ? -1 : order_bindings(a, left, b, right);
		if (order == 0 && left->places != right->places)
			tell_binding(t, 0, cells[0], left, right->places);
		else if (order < 0)
			tell_binding(t, 0, cells[0], left, 0);
		else if (order > 0)
			tell_binding(t, 1, cells[1], right, 0);
		i += order <= 0;
		j += order >= 0;
	}
}

static void compare_insides(struct teller *t)
{
	for (size_t i = 0; i < t->c->graphs[0]->cell_count; i++) {
		const struct graph_cell *cell = &t->c->graphs[0]->cells[i];
		uint32_t there = graph_find_cell(t->c->graphs[1], graph_cell_name(t->c->graphs[0], i));
		if (there == GRAPH_NONE || !cell->section_count || !t->c->graphs[1]->cells[there].section_count)
			continue;
		const struct graph_cell *cells[2] = {cell, &t->c->graphs[1]->cells[there]};
		compare_sections(t, cells);
		compare_bindings(t, cells);
		t->opened++;
	}
}

// What a running system itself found: bytes that do not lead where its record says.
static void tell_strays(struct teller *t, size_t side)
{
	const struct graph *graph = t->c->graphs[side];
	for (size_t i = 0; i < graph->cell_count; i++) {
		const struct graph_cell *cell = &graph->cells[i];
		for (uint32_t b = 0; b < cell->binding_count; b++) {
			const struct graph_binding *binding = &graph->bindings[cell->first_binding + b];
			if (!binding->strays)
				continue;
			fprintf(t->to, "%s: section %s leads elsewhere in %s than its record says: to %s%s%s\n",
				graph_text(graph, cell->name), graph_text(graph, binding->from), t->c->names[side],
				binding->target ? graph_text(graph, binding->target) : "nothing that a cell has",
				binding->cell && !binding->within ? " of " : "",
				binding->cell && !binding->within ? graph_text(graph, binding->cell) : "");
			t->count++;
		}
	}
}

// ---- The whole ----

static void tell_end(struct teller *t, uint32_t common)
{
	fprintf(t->to, "compared %s and %s:", t->c->names[0], t->c->names[1]);
	if (!common)
		fprintf(t->to, " the links against what is declared,");
	if (common & EDGE_DECLARED)
		fprintf(t->to, " declared,");
	if (common & EDGE_LINK)
		fprintf(t->to, " link,");
	if (t->opened)
		fprintf(t->to, " the sections of %zu cells,", t->opened);
	if (t->not_loaded)
		fprintf(t->to, " %zu not loaded,", t->not_loaded);
	fprintf(t->to, " %zu difference%s\n", t->count, t->count == 1 ? "" : "s");
}

size_t comparison_tell(FILE *to, const struct comparison *comparison)
{
	struct teller teller = {.to = to, .c = comparison};
	uint32_t known[2] = {known_kinds(comparison->graphs[0]), known_kinds(comparison->graphs[1])};
	uint32_t common = known[0] & known[1];
	compare_cells(&teller);
	if (common & EDGE_DECLARED)
		compare_edges(&teller, EDGE_DECLARED);
	if (common & EDGE_LINK)
		compare_edges(&teller, EDGE_LINK);
	if (!common && known[0] && known[1])
		links_are_declared(&teller, known[0] & EDGE_LINK ? 0 : 1);
	compare_insides(&teller);
	for (size_t side = 0; side < 2; side++)
		tell_strays(&teller, side);
	tell_end(&teller, known[0] && known[1] ? common : EDGE_DECLARED | EDGE_LINK);
	return teller.count;
}
