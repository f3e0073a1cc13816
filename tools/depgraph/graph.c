#include "tools/depgraph/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

void graph_init(struct graph *graph)
{
	*graph = (struct graph){};
	strings_init(&graph->strings);
}

void graph_free(struct graph *graph)
{
	strings_free(&graph->strings);
	free(graph->cells);
	free(graph->exports);
	free(graph->imports);
	free(graph->dependencies);
	free(graph->states);
	free(graph->sections);
	free(graph->bindings);
	free(graph->pointers);
	free(graph->edges);
	free(graph->incoming);
	free(graph->export_of);
	free(graph->cell_of);
	*graph = (struct graph){};
}

struct graph_cell *graph_add_cell(struct graph *graph, const char *name, size_t length)
{
	uint32_t number = strings_add(&graph->strings, name, length);
	struct graph_cell *cell = ARRAY_ADD(graph->cells, graph->cell_count, graph->cell_capacity);
	cell->name = number;
	cell->first_export = (uint32_t)graph->export_count;
	cell->first_import = (uint32_t)graph->import_count;
	cell->first_dependency = (uint32_t)graph->dependency_count;
	cell->first_state = (uint32_t)graph->state_count;
	cell->first_section = (uint32_t)graph->section_count;
	cell->first_binding = (uint32_t)graph->binding_count;
	cell->first_pointer = (uint32_t)graph->pointer_count;
	return cell;
}

struct graph_export *graph_add_export(struct graph *graph, const char *name, size_t length)
{
	graph->cells[graph->cell_count - 1].export_count++;
	struct graph_export *export = ARRAY_ADD(graph->exports, graph->export_count, graph->export_capacity);
	export->name = strings_add(&graph->strings, name, length);
	return export;
}

struct graph_import *graph_add_import(struct graph *graph, const char *name, size_t length)
{
	graph->cells[graph->cell_count - 1].import_count++;
	struct graph_import *import = ARRAY_ADD(graph->imports, graph->import_count, graph->import_capacity);
	import->name = strings_add(&graph->strings, name, length);
	import->bound_to = GRAPH_NONE;
	return import;
}

struct graph_dependency *graph_add_dependency(struct graph *graph, const char *name, size_t length, uint32_t kinds)
{
	graph->cells[graph->cell_count - 1].dependency_count++;
	struct graph_dependency *dependency =
		ARRAY_ADD(graph->dependencies, graph->dependency_count, graph->dependency_capacity);
	dependency->name = strings_add(&graph->strings, name, length);
	dependency->kinds = kinds;
	return dependency;
}

struct graph_state *graph_add_state(struct graph *graph, const char *name, size_t length)
{
	graph->cells[graph->cell_count - 1].state_count++;
	struct graph_state *state = ARRAY_ADD(graph->states, graph->state_count, graph->state_capacity);
	state->name = strings_add(&graph->strings, name, length);
	return state;
}

struct graph_section *graph_add_section(struct graph *graph, const char *name, size_t length)
{
	graph->cells[graph->cell_count - 1].section_count++;
	struct graph_section *section = ARRAY_ADD(graph->sections, graph->section_count, graph->section_capacity);
	section->name = strings_add(&graph->strings, name, length);
	return section;
}

struct graph_binding *graph_add_binding(struct graph *graph, uint32_t from, uint32_t target, bool within)
{
	graph->cells[graph->cell_count - 1].binding_count++;
	struct graph_binding *binding = ARRAY_ADD(graph->bindings, graph->binding_count, graph->binding_capacity);
	*binding = (struct graph_binding){.from = from, .target = target, .within = within};
	return binding;
}

struct graph_pointer *graph_add_pointer(struct graph *graph)
{
	graph->cells[graph->cell_count - 1].pointer_count++;
	return ARRAY_ADD(graph->pointers, graph->pointer_count, graph->pointer_capacity);
}

const char *graph_text(const struct graph *graph, uint32_t number)
{
	return strings_get(&graph->strings, number);
}

const char *graph_cell_name(const struct graph *graph, size_t cell)
{
	return graph_text(graph, graph->cells[cell].name);
}

uint32_t graph_find_cell(const struct graph *graph, const char *name)
{
	uint32_t number = strings_find(&graph->strings, name);
	return number == UINT32_MAX ? GRAPH_NONE : graph->cell_of[number];
}

uint32_t graph_find_export(const struct graph *graph, const char *name)
{
	uint32_t number = strings_find(&graph->strings, name);
	return number == UINT32_MAX ? GRAPH_NONE : graph->export_of[number];
}

const struct graph_edge *graph_find_edge(const struct graph *graph, uint32_t from, uint32_t to)
{
	size_t low = graph->cells[from].first_edge;
	size_t high = low + graph->cells[from].edge_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (graph->edges[middle].to == to)
			return &graph->edges[middle];
		if (graph->edges[middle].to < to)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const char *graph_edge_symbol(const struct graph *graph, const struct graph_edge *edge, uint32_t index)
{
	return graph_text(graph, graph->imports[edge->first_import + index].name);
}

bool graph_edge_has_symbol(const struct graph *graph, const struct graph_edge *edge, const char *symbol)
{
	for (uint32_t i = 0; i < edge->import_count; i++)
		if (strcmp(graph_edge_symbol(graph, edge, i), symbol) == 0)
			return true;
	return false;
}

bool graph_export_is_unused(const struct graph_export *exported)
{
	return !exported->user_count && !exported->is_entry;
}

bool type_hash_known(struct type_hash hash)
{
	static const struct type_hash unknown;
	return !type_hash_equal(hash, unknown);
}

bool type_hash_equal(struct type_hash a, struct type_hash b)
{
	return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

const char *graph_class_name(enum graph_class cell_class)
{
	static const char *const names[GRAPH_CLASS_COUNT] = {"-", "core", "checked", "foreign"};
	return cell_class < GRAPH_CLASS_COUNT ? names[cell_class] : "-";
}

const char *graph_section_kind_name(enum graph_section_kind kind)
{
	static const char *const names[] = {"text", "rodata", "data", "state"};
	return names[kind];
}

enum { USED_KIND_COUNT = 4 };
static const char *const used_kind_names[USED_KIND_COUNT] = {"link", "type", "header", "runtime"};

const char *edge_kinds_text(uint32_t kinds, char *buffer)
{
	size_t length = 0;
	buffer[0] = '\0';
	for (size_t i = 0; i < USED_KIND_COUNT; i++)
		if (kinds & 1U << i)
			length += (size_t)snprintf(buffer + length, EDGE_KINDS_TEXT_BYTES - length, "%s%s",
				length ? "+" : "", used_kind_names[i]);
	return length ? buffer : "declared";
}

uint32_t edge_kinds_parse(const char *text, size_t length)
{
	uint32_t kinds = 0;
	for (size_t at = 0; at <= length;) {
		size_t end = at;
		while (end < length && text[end] != '+' && text[end] != ',')
			end++;
		size_t k = 0;
		while (k < USED_KIND_COUNT && (strlen(used_kind_names[k]) != end - at ||
						      memcmp(used_kind_names[k], text + at, end - at) != 0))
			k++;
		if (k == USED_KIND_COUNT)
			return 0;
		kinds |= 1U << k;
		at = end + 1;
	}
	return kinds;
}
