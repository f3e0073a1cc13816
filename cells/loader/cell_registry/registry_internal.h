// What a record is made of, shared by the files of the registry.
#pragma once

#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/debugger_table/debugger_table.h"
#include "cells/loader/name_table/name_table.h"
#include "cells/memory/heap/heap.h"
#include "cells/sync/cell_pointer/cell_pointer.h"

// ---- Search trees (registry_tree.c): sorted by key, balanced by chance that the key itself decides ----

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

// The key must not be in the tree yet.
INTERNAL void registry_tree_insert(struct tree *tree, struct tree_node *node);
// The node must be in the tree.
INTERNAL void registry_tree_remove(struct tree *tree, struct tree_node *node);
// The node with the greatest key up to `key`, or with the smallest from `key` on; null if there is none.
INTERNAL struct tree_node *registry_tree_floor(const struct tree *tree, uint64_t key);
INTERNAL struct tree_node *registry_tree_ceiling(const struct tree *tree, uint64_t key);

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
	uint32_t edge_count;
	uint32_t relocation_count;
	uint32_t reference_count;
	uint32_t building_section;
	uint16_t number;
	uint8_t cell_class;
	bool is_static;
	bool is_started;
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

// ---- registry_names.c ----

// The published cell of that name in that very name space; null if there is none.
INTERNAL struct loaded_cell *registry_cell_named(const struct cell_name_space *name_space, struct text name);
// The same, or else in the parent's.
INTERNAL struct loaded_cell *registry_resolve(const struct cell_name_space *name_space, struct text name);
INTERNAL uint64_t registry_hash(struct text name);
// By the cell's own key and name space.
INTERNAL MUST_USE enum status registry_check_name(const struct loaded_cell *cell, struct diagnosis *why);
INTERNAL void registry_insert_name(struct loaded_cell *cell);
INTERNAL void registry_remove_name(struct loaded_cell *cell);

// ---- cell_registry.c ----

// The cell with that number, published or being built; null if there is none.
INTERNAL struct loaded_cell *registry_cell_numbered(uint32_t number);
// The cell that has memory at `address`, and which of its sections; null if there is none.
INTERNAL struct loaded_cell *registry_cell_at(uint64_t address, uint32_t *section);
INTERNAL struct loaded_cell *registry_newest_cell(void);
INTERNAL uint32_t registry_number_limit(void);
// Takes the cell out of everything that finds it. Its ranges stay in the tree of addresses if `keep_ranges`, but for
// those of its state.
INTERNAL void registry_unpublish(struct loaded_cell *cell, bool keep_ranges);
INTERNAL void registry_insert_state_ranges(struct loaded_cell *cell);
// The last pieces of a record that is in no list any more.
INTERNAL void registry_free(struct loaded_cell *cell);

// ---- registry_edges.c ----

// Takes all edges of the cell out of the lists of those they lead to.
INTERNAL void registry_unlink_edges(struct loaded_cell *cell);
// Where the edges and relocations of a section end.
INTERNAL uint32_t registry_edges_end(const struct loaded_cell *cell, uint32_t section);
INTERNAL uint32_t registry_relocations_end(const struct loaded_cell *cell, uint32_t section);
// The edge that a link names, and its cell.
INTERNAL struct edge_record *registry_edge_of(uint32_t link, struct loaded_cell **cell);

// The relocation kind in an element of `bindings`.
INTERNAL uint32_t registry_kind_of(uint16_t binding);

// ---- registry_symbols.c ----

// Which record describes the object's section `elf_index`. Sections are not in the order of the object.
INTERNAL MUST_USE enum status registry_find_section(
	const struct loaded_cell *cell, uint32_t elf_index, uint32_t *section);

// ---- registry_pointers.c ----

// The first run-time pointer after `before` (null: of all) that leads into the cell's memory; null: there is none.
INTERNAL const struct cell_pointer *registry_next_pointer(
	const struct loaded_cell *cell, const struct cell_pointer *before);
// Clears those that lie in the cell's own memory, which is about to go.
INTERNAL void registry_forget_pointers_in(const struct loaded_cell *cell);
// STATUS_BUSY: somebody would be left with an address of the cell; `why` says who.
INTERNAL MUST_USE enum status registry_check_unused(const struct loaded_cell *cell, struct diagnosis *why);

// ---- registry_view.c ----

INTERNAL struct text registry_section_name(const struct loaded_cell *cell, uint32_t section);
INTERNAL uint64_t registry_export_address(const struct loaded_cell *cell, uint32_t index);
// What the edge is bound to now.
INTERNAL void registry_view_edge(const struct loaded_cell *cell, uint32_t index, struct cell_edge_view *view);
