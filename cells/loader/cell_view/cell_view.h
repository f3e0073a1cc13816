// Looking at loaded cells: what their records say, and what the memory says.
//
// Nothing here changes a cell. An edge is shown as it really is: the target is read from the bytes that were bound.
//
// Context: allocates nothing. The registry must not change during a walk.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/elf_object/elf_object.h"
#include "cells/sync/cell_pointer/cell_pointer.h"

struct cell_view {
	struct text name;
	struct text group;
	struct text version;
	struct text summary;
	struct text init_symbol; // empty: none
	struct text exit_symbol;
	enum cell_class cell_class;
	struct cell_build_id build_id;
	uint32_t section_count;
	uint32_t export_count;
	uint32_t dependency_count; // in the metadata
	uint32_t edge_count;
	uint32_t relocation_count;
	uint32_t reference_count;
	uint16_t number;
	struct cell_name_space *name_space;
	bool is_static;                                    // in nano_core
	bool is_started;                                   // cell_reference_mark_started was called
	uint64_t size_bytes[CELL_SECTION_KIND_COUNT];      // of its sections
	uint64_t start_addresses[CELL_SECTION_KIND_COUNT]; // of the first section of each kind; 0: none
	uint64_t unwind_bytes;                             // of size_bytes: the tables that unwinding reads
	uint64_t slack_bytes;                              // of its pages, what holds no section; 0 in nano_core
	uint64_t record_size_bytes;                        // what the registry keeps about it
};

struct cell_section_view {
	struct text name;
	uint64_t address;
	uint64_t size_bytes;
	enum cell_section_kind kind;
	uint32_t edge_count;
	uint32_t relocation_count;
	uint32_t user_count; // edges that lead to it, those of its own cell included
	uint32_t elf_index;
};

// An edge as it really is: the target is found from the bytes in memory, not from the record.
struct cell_edge_view {
	struct text from_cell;
	struct text from_section;
	struct text to_cell; // empty: the bytes lead to no cell
	struct text to_section;
	struct text symbol; // the export that is used; empty within a cell
	uint32_t relocation_count;
	bool as_recorded; // every relocation of the edge leads where the record says
};

// A run-time pointer into a cell.
struct cell_pointer_view {
	struct text holder;      // who keeps it and what for, in its own words
	struct text holder_cell; // the cell that keeps it in its memory; empty: it is kept in the heap
	struct text symbol;      // what it leads to; the section's name where no symbol is
};

// A walk over a cell's symbols. Begins as {}.
struct cell_symbol_walk {
	struct elf_object object PRIVATE_OF(cell_view);
	uint32_t next PRIVATE_OF(cell_view);
};

// A walk over those that use a cell. Begins as {}.
struct cell_user_walk {
	uint32_t section PRIVATE_OF(cell_view);
	uint32_t link PRIVATE_OF(cell_view);
	bool started PRIVATE_OF(cell_view);
};

struct cell_registry_statistics {
	uint64_t cells;
	uint64_t sections;
	uint64_t edges;
	uint64_t relocations;
	uint64_t record_bytes;  // heap memory of all records
	uint64_t section_bytes; // memory of all sections
	uint64_t unwind_bytes;  // of those, tables that unwinding reads
	uint64_t slack_bytes;   // of the pages, what holds no section
};

#ifdef __cplusplus
extern "C" {
#endif

void cell_reference_view(const struct cell_reference *cell, struct cell_view *view) BORROWS(cell);

// Section or edge `index`, below the counts of the cell's view. Panics beyond.
void cell_reference_section(const struct cell_reference *cell, uint32_t index, struct cell_section_view *view)
	BORROWS(cell);
void cell_reference_edge(const struct cell_reference *cell, uint32_t index, struct cell_edge_view *view) BORROWS(cell);

// What the cell's metadata says about dependency `index`, below dependency_count of its view; sorted by name.
// STATUS_NOT_FOUND: beyond the last.
MUST_USE enum status cell_reference_dependency(
	const struct cell_reference *cell, uint32_t index, struct cell_dependency *dependency) BORROWS(cell);

// The next edge of another cell that leads to this one. STATUS_END: there are no more. The registry must not change
// during the walk.
MUST_USE enum status cell_reference_next_user(
	const struct cell_reference *cell, struct cell_user_walk *walk, struct cell_edge_view *view) BORROWS(cell);

// The next run-time pointer into the cell; `walk` begins as null. STATUS_END: there are no more.
MUST_USE enum status cell_reference_next_pointer(const struct cell_reference *cell, const struct cell_pointer **walk)
	BORROWS(cell);
void cell_view_pointer(const struct cell_pointer *pointer, struct cell_pointer_view *view);

// The next function or variable of the cell, local ones too, but not what the compiler adds by itself. STATUS_END:
// there are no more.
MUST_USE enum status cell_reference_next_symbol(
	const struct cell_reference *cell, struct cell_symbol_walk *walk, struct cell_symbol_view *view) BORROWS(cell);

struct cell_registry_statistics cell_registry_statistics(void);

#ifdef __cplusplus
}
#endif
