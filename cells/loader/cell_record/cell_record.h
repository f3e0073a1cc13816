// Records of cells: how what is known about a cell lies in memory.
//
// A record is one piece of the heap with the cell's sections, exports and relocations, and another with its edges. An
// edge leads from a section to an export of another cell, or to a section of its own; all edges that lead to one
// section are a list that begins in it, so both ends of an edge are found at once. Cells are numbered, so that an edge
// can name its ends in few bytes.
//
// For the cells that keep, show and exchange records (cell_registry, cell_view, cell_exchange) and nobody else.
//
// Context: one caller at a time changes records; the table of numbers allocates from the heap.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/loader/debugger_table/debugger_table.h"
#include "cells/loader/name_table/name_table.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

struct loaded_cell;
struct cell_name_space;

enum cell_section_kind {
	CELL_SECTION_TEXT,   // read and execute
	CELL_SECTION_RODATA, // read
	CELL_SECTION_DATA,   // read and write
	CELL_SECTION_STATE,  // read and write; declared, in a mapping of its own
	CELL_SECTION_KIND_COUNT,
};

// Limits, so that an edge takes 24 bytes and a relocation 10.
enum {
	CELL_REGISTRY_CELLS_MAX = 65534,       // at the same time
	CELL_REGISTRY_SECTIONS_MAX = 65534,    // of one cell, that take memory
	CELL_REGISTRY_EXPORTS_MAX = 65534,     // of one cell
	CELL_REGISTRY_EDGES_MAX = 65535,       // of one cell
	CELL_REGISTRY_SECTION_EDGES_MAX = 8191 // of one section
};

// What a relocation is bound to.
struct cell_target {
	uint16_t cell;  // the number of the cell
	uint16_t index; // of its export; of its section, when the cell is the same
};

// ---- Search trees (record_tree.c): sorted by key, balanced by chance that the key itself decides ----

struct tree_node {
	struct tree_node *left;
	struct tree_node *right;
	uint64_t key;
	struct loaded_cell *cell;
	// In the tree of addresses, whose keys are the starts of ranges:
	uint32_t size_bytes;
	uint16_t first_section;
	uint16_t section_count;
};

struct tree {
	struct tree_node *root;
};

// ---- Records ----

// 32 bytes. What ends a section's relocations and edges is where the next section's begin.
struct section_record {
	struct debugger_section place;
	uint32_t first_relocation;
	uint32_t first_user; // link to the first edge that leads here; 0: none
	uint16_t first_edge;
	uint16_t elf_index;
	uint8_t kind; // enum cell_section_kind
	uint8_t reserved[3];
};
static_assert(sizeof(struct section_record) <= 40, "the budget for a section");

// 16 bytes. A link is the number of a cell and of one of its edges, plus 1.
struct edge_record {
	uint32_t next_user; // links of the other edges that lead to the same section
	uint32_t previous_user;
	uint16_t from_section;
	uint16_t to_section;
	struct cell_target to;
};
static_assert(sizeof(struct edge_record) <= 24, "the budget for an edge");

struct export_record {
	uint32_t offset; // in its section
	uint16_t section;
	uint16_t placed; // 1 when the fields above are set
};

SLICE_TYPE(section_slice, struct section_record);
SLICE_TYPE(edge_slice, struct edge_record);
SLICE_TYPE(export_slice, struct export_record);
SLICE_TYPE(range_slice, struct tree_node);
// Relocations, 10 bytes each in three arrays: offset in the section, addend, and kind and edge (counted from the
// section's first edge) in one number.
SLICE_TYPE(offset_slice, uint32_t);
SLICE_TYPE(addend_slice, int32_t);
SLICE_TYPE(binding_slice, uint16_t);
enum { BINDING_EDGE_BITS = 13 };

struct loaded_cell {
	struct debugger_cell debugger;
	struct tree_node by_name;
	struct text name;
	struct bytes object;
	struct bytes metadata;
	struct bytes section_names;
	struct name_table export_names;

	struct heap_object memory; // this record and its arrays
	struct heap_object edge_memory;
	struct heap_object range_memory;
	struct mapped_pages_exec text;
	struct mapped_pages rodata;
	struct mapped_pages_mut data;
	struct mapped_pages_mut state;

	struct section_slice sections;
	struct export_slice exports;
	struct offset_slice offsets;
	struct addend_slice addends;
	struct binding_slice bindings;
	struct edge_slice edges; // as many as there is memory for; edge_count are in use
	struct range_slice ranges;

	struct cell_name_space *name_space;
	struct loaded_cell *successor; // of a retired cell, or one that is about to be retired
	struct loaded_cell *older;     // the order of publishing; of retired cells, the next one
	struct loaded_cell *newer;
	struct loaded_cell *next_candidate; // of those that may be needed no more
	uint32_t edge_count;
	uint32_t relocation_count;
	uint32_t reference_count;
	uint32_t building_section;
	uint16_t number;
	uint8_t cell_class;
	bool is_static;
	bool is_started;
	bool is_candidate;
	bool is_wanted;    // somebody asked for it by name; else it is there because another cell needs it
	bool adopts_state; // its state's range is not in the tree of addresses, and its mapping not its own
	bool is_retired;
};

enum { NAME_SPACE_NAME_CAPACITY = 32 };

struct cell_name_space {
	struct heap_object memory;
	struct cell_name_space *parent; // null: the root
	struct cell_name_space *next;
	struct tree by_name;
	uint32_t cell_count;
	uint32_t child_count;
	char name[NAME_SPACE_NAME_CAPACITY];
};

#ifdef __cplusplus
extern "C" {
#endif

// ---- Search trees ----

// The key must not be in the tree yet.
void cell_record_tree_insert(struct tree *tree, struct tree_node *node);
// The node must be in the tree.
void cell_record_tree_remove(struct tree *tree, struct tree_node *node);
// The node with the greatest key up to `key`, or with the smallest from `key` on; null if there is none.
struct tree_node *cell_record_tree_floor(const struct tree *tree, uint64_t key);
struct tree_node *cell_record_tree_ceiling(const struct tree *tree, uint64_t key);

// ---- Numbers ----

// The cell with that number, published, retired or being built; null if there is none.
struct loaded_cell *cell_record_numbered(uint32_t number);
// Every number in use is below.
uint32_t cell_record_number_limit(void);
// STATUS_NO_MEMORY: the heap is full, or all numbers are taken.
MUST_USE enum status cell_record_take_number(struct loaded_cell *cell);
void cell_record_give_number_back(const struct loaded_cell *cell);

// ---- Edges and relocations ----

// Puts the edge into the list of the section that it leads to.
void cell_record_link_edge(struct loaded_cell *cell, uint32_t index);
// Takes all edges of the cell out of the lists of those they lead to.
void cell_record_unlink_edges(struct loaded_cell *cell);
// The edge that a link names, and its cell.
struct edge_record *cell_record_edge_of(uint32_t link, struct loaded_cell **cell);
// Where the edges and relocations of a section end.
uint32_t cell_record_edges_end(const struct loaded_cell *cell, uint32_t section);
uint32_t cell_record_relocations_end(const struct loaded_cell *cell, uint32_t section);
// The relocation kind in an element of `bindings`, and the code for it there.
uint32_t cell_record_kind_of(uint16_t binding);
unsigned cell_record_kept_kind(uint32_t kind);

// ---- Sections and exports ----

struct text cell_record_section_name(const struct loaded_cell *cell, uint32_t section);
// Whether a section of that name holds what only unwinding reads.
bool cell_record_is_unwind_table(struct text section_name);
uint64_t cell_record_export_address(const struct loaded_cell *cell, uint32_t index);
// Which record describes the object's section `elf_index`. Sections are not in the order of the object.
// STATUS_NOT_FOUND: that section takes no memory.
MUST_USE enum status cell_record_find_section(const struct loaded_cell *cell, uint32_t elf_index, uint32_t *section);

#ifdef __cplusplus
}
#endif
