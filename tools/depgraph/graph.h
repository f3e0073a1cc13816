// The graph of cells: who exports what, who imports it, and the edges that follow.
//
// A reader fills a graph (graph_add_*) in whatever order its input has; graph_finish sorts everything by name, binds
// each import to the cell that exports its symbol and makes the edges. From then on the graph is read only, and equal
// inputs give equal graphs to the byte, whatever order they came in.
//
// Everything is kept in flat arrays and refers to each other by index: cell c's exports are
// exports[first_export .. first_export + export_count), and so on. Names are numbers in `strings`.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/depgraph/strings.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GRAPH_NONE UINT32_MAX

// Why one cell depends on another. An edge has at least one of the first four.
enum edge_kind {
	EDGE_LINK = 1,      // a symbol of the one is used by the other
	EDGE_TYPE = 2,      // a type that crosses an interface is laid out by the other's header
	EDGE_HEADER = 4,    // the header is used and nothing of it is left in the object: macros, constants
	EDGE_RUNTIME = 8,   // a pointer into the cell is held at run time
	EDGE_DECLARED = 16, // the cell's author wrote it down: `deps` of the build target
	EDGE_IMPLICIT = 32  // every cell has it; nobody writes it down
};
#define EDGE_KINDS_BUILT (EDGE_LINK | EDGE_TYPE | EDGE_HEADER) // a circle of these cannot be loaded
#define EDGE_KINDS_USED (EDGE_KINDS_BUILT | EDGE_RUNTIME)

enum graph_class { GRAPH_CLASS_NONE, GRAPH_CLASS_CORE, GRAPH_CLASS_CHECKED, GRAPH_CLASS_FOREIGN, GRAPH_CLASS_COUNT };

enum graph_symbol_kind { GRAPH_SYMBOL_FUNCTION, GRAPH_SYMBOL_OBJECT, GRAPH_SYMBOL_OTHER };

struct type_hash {
	unsigned char bytes[16]; // all 0: unknown, equal to everything
};

// Whose view of the cells the graph is.
enum graph_origin {
	GRAPH_OF_OBJECTS,  // embedded in the objects
	GRAPH_OF_BUILD,    // declared in BUILD files
	GRAPH_OF_A_MACHINE // read out of the memory of a running system
};

struct graph_cell {
	uint32_t name, group, version;
	uint32_t origin; // the file it was read from, with the archive's member after a colon
	enum graph_class cell_class;
	uint64_t code_bytes, constant_bytes, state_bytes; // what is loaded
	uint64_t spilled_bytes;         // of state_bytes: writable data outside the sections of declared state
	uint64_t lines, raw_operations; // of the source; 0 lines: nobody counted
	uint64_t references;            // a running system: counted uses of the cell
	struct cell_build_id build_id;  // all 0: unknown
	uint32_t first_export, export_count;
	uint32_t first_import, import_count;
	uint32_t first_dependency, dependency_count;
	uint32_t first_state, state_count;
	uint32_t first_section, section_count;
	uint32_t first_binding, binding_count;
	uint32_t first_pointer, pointer_count;
	uint32_t first_edge, edge_count;         // edges[], this cell is `from`
	uint32_t first_incoming, incoming_count; // incoming[], this cell is `to`
};

struct graph_export {
	uint32_t name;
	uint32_t cell;
	uint32_t user_count; // how many imports are bound to it
	uint32_t size_bytes;
	enum graph_symbol_kind kind;
	bool is_entry; // the loader calls it when the cell comes or goes
	struct type_hash hash;
};

struct graph_import {
	uint32_t name;
	uint32_t bound_to;  // index in exports[]; GRAPH_NONE: no cell of the graph exports it
	uint32_t from_cell; // what the reader was told: the exporter's name, or 0
	bool optional;      // a weak reference: may stay unbound
	struct type_hash hash;
};

// What a cell's metadata says about a cell that it depends on.
struct graph_dependency {
	uint32_t name;
	uint32_t kinds;
};

struct graph_state {
	uint32_t name;
	uint64_t size_bytes;
	struct type_hash hash;
};

enum graph_section_kind { GRAPH_SECTION_TEXT, GRAPH_SECTION_RODATA, GRAPH_SECTION_DATA, GRAPH_SECTION_STATE };

// A section that is loaded: the unit of bounds and of dependency.
struct graph_section {
	uint32_t name;
	enum graph_section_kind kind;
	uint64_t size_bytes;
	uint64_t address; // of a running system; else 0
};

// What a section needs: another section of the cell, or a symbol of another cell.
struct graph_binding {
	uint32_t from; // the section's name
	uint32_t cell; // the name of the other cell, once the graph is finished; 0: none. The own one: within the cell.
	uint32_t target; // the name of the section, if it is of the own cell; else of the symbol
	uint32_t places; // relocations
	bool within;     // the cell
	bool strays;     // a running system: the bytes lead elsewhere than its record says
};

// A pointer into the cell that somebody keeps at run time: a sink, a handler, the entry of a task.
struct graph_pointer {
	uint32_t holder; // who keeps it and what for, in its own words
	uint32_t keeper; // the name of the cell that keeps it; 0: none that is known
	uint32_t symbol; // what it leads to; 0: unknown
};

struct graph_edge {
	uint32_t from, to;
	uint32_t kinds;
	uint32_t first_import, import_count; // the symbols of a link edge, sorted by name
};

struct graph {
	struct strings strings;
	struct graph_cell *cells; // sorted by name once finished
	size_t cell_count, cell_capacity;
	struct graph_export *exports;
	size_t export_count, export_capacity;
	struct graph_import *imports;
	size_t import_count, import_capacity;
	struct graph_dependency *dependencies;
	size_t dependency_count, dependency_capacity;
	struct graph_state *states;
	size_t state_count, state_capacity;
	struct graph_section *sections; // only with want_sections
	size_t section_count, section_capacity;
	struct graph_binding *bindings; // only with want_sections; of a cell: sorted by from, cell, target
	size_t binding_count, binding_capacity;
	struct graph_pointer *pointers;
	size_t pointer_count, pointer_capacity;
	struct graph_edge *edges; // sorted by (from, to)
	size_t edge_count, edge_capacity;
	uint32_t *incoming;    // indices of edges, sorted by (to, from)
	uint32_t *export_of;   // by string number: the first export of that name, or GRAPH_NONE
	uint32_t *cell_of;     // by string number: the first cell of that name, or GRAPH_NONE
	bool without_metadata; // at least one object was known by its symbols alone
	bool want_sections;    // set before reading: keep sections and bindings too
	enum graph_origin origin;
};

void graph_init(struct graph *graph);
void graph_free(struct graph *graph);

// Opens a new cell; what is added next belongs to it. The pointer is good until the next cell is added. Names are
// copied; the class, version, group and sizes may be filled in through the pointer.
struct graph_cell *graph_add_cell(struct graph *graph, const char *name, size_t length);
struct graph_export *graph_add_export(struct graph *graph, const char *name, size_t length);
struct graph_import *graph_add_import(struct graph *graph, const char *name, size_t length);
struct graph_dependency *graph_add_dependency(struct graph *graph, const char *name, size_t length, uint32_t kinds);
struct graph_state *graph_add_state(struct graph *graph, const char *name, size_t length);
struct graph_section *graph_add_section(struct graph *graph, const char *name, size_t length);

// Counts `places` more of a section's need; the target's cell is filled in by the caller or by graph_finish.
struct graph_binding *graph_add_binding(struct graph *graph, uint32_t from, uint32_t target, bool within);

struct graph_pointer *graph_add_pointer(struct graph *graph);

void graph_finish(struct graph *graph);

// The text of string `number`.
const char *graph_text(const struct graph *graph, uint32_t number);
const char *graph_cell_name(const struct graph *graph, size_t cell);

// The cell of that name, or GRAPH_NONE.
uint32_t graph_find_cell(const struct graph *graph, const char *name);
uint32_t graph_find_export(const struct graph *graph, const char *name);

// The edge from one cell to another, or null.
const struct graph_edge *graph_find_edge(const struct graph *graph, uint32_t from, uint32_t to);

// The name of the symbol `index` of an edge.
const char *graph_edge_symbol(const struct graph *graph, const struct graph_edge *edge, uint32_t index);
bool graph_edge_has_symbol(const struct graph *graph, const struct graph_edge *edge, const char *symbol);

// Whether no cell, and not the loader, uses it.
bool graph_export_is_unused(const struct graph_export *exported);

bool type_hash_known(struct type_hash hash);
bool type_hash_equal(struct type_hash a, struct type_hash b);

const char *graph_class_name(enum graph_class cell_class);

// "text", "rodata", "data", "state".
const char *graph_section_kind_name(enum graph_section_kind kind);

// The kinds, with '+' between them ("link+type"), without "declared" unless it is the only one. `buffer` holds at least
// EDGE_KINDS_TEXT_BYTES.
enum { EDGE_KINDS_TEXT_BYTES = 48 };
const char *edge_kinds_text(uint32_t kinds, char *buffer);

// Reads "link+type" and the like, each of link, type, header and runtime, parted by '+' or ','. 0: it is none of that.
uint32_t edge_kinds_parse(const char *text, size_t length);

#ifdef __cplusplus
}
#endif
