// The loaded cells: their sections, who is bound to whom, and what lies at an address.
//
// A cell's record holds its sections (bounds and permission), its exports, every relocation that was bound, grouped by
// *edges* (strong: what a section needs), and for each section the edges that lead to it (weak: who needs it). Both
// ends of an edge go when the dependent cell goes. Records own all memory of their cells.
//
// A record is built through a `cell_registration`, a handle: dropped, it takes the record and the memory that was given
// to it away without a trace; published, the cell can be found. To take a cell out again makes a registration of it.
// Whoever looks at a cell holds a `cell_reference`, a counted use: a cell in use is not taken out.
//
// Cells find each other by name in *name spaces*: each cell is in one, and a name space resolves its own cells first,
// then its parent's, up to the root (a null pointer). So two users can see two versions of one cell. Addresses and
// numbers are the same for all.
//
// A name space can take the place of its parent's cells of the same names: cell_registry_exchange. What was replaced is
// *retired*: found by address only, until cell_registry_drop_retired.
//
// Context: allocates records from the heap. One caller at a time changes the registry (cell_loader sees to that); the
// functions on references may run at any time between, cell_registry_symbolize even during a change and in a crash.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "cells/loader/elf_object/elf_object.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/cell_pointer/cell_pointer.h"

struct loaded_cell;     // the record; private
struct cell_name_space; // private; null: the root

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

// A record that is being built, or was taken out.
HANDLE(cell_registration)
{
	struct loaded_cell *cell PRIVATE_OF(cell_registry); // null: empty
};

// A counted use of a published cell.
HANDLE(cell_reference)
{
	struct loaded_cell *cell PRIVATE_OF(cell_registry); // null: empty
};

// What must be known before a record is made. The views must last as long as the cell: they lie in the archive.
struct cell_plan {
	struct bytes object;                // the whole file
	struct bytes metadata;              // its section .ariadne.cell
	const struct cell_metadata *opened; // the same, opened; used only during the call
	struct bytes section_names;
	uint32_t section_count;    // sections that take memory
	uint32_t relocation_count; // in those sections
	bool is_static;            // linked into nano_core: the memory is not the record's
	bool adopts_state;         // state sections lie where those of a cell lie that it will replace
	struct cell_name_space *name_space;
};

struct cell_section_plan {
	uint64_t address;
	uint64_t size_bytes;
	uint32_t elf_index;
	uint32_t name_offset; // in the object's section names
	enum cell_section_kind kind;
};

// What a relocation is bound to.
struct cell_target {
	uint16_t cell;  // the number of the cell
	uint16_t index; // of its export; of its section, when the cell is the same
};

// Where an exported symbol lies.
struct cell_export_place {
	struct cell_target target;
	uint64_t address;
	struct cell_type_hash type_hash;
};

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

struct cell_symbol_view {
	struct text cell;
	struct text name;
	struct text section;
	uint64_t address;
	uint64_t size_bytes;
	uint64_t offset_bytes; // cell_registry_symbolize: from the symbol's start
	bool is_function;
	bool is_exported;
};

// A walk over a cell's symbols. Begins as {}.
struct cell_symbol_walk {
	struct elf_object object PRIVATE_OF(cell_registry);
	uint32_t next PRIVATE_OF(cell_registry);
};

// A walk over those that use a cell. Begins as {}.
struct cell_user_walk {
	uint32_t section PRIVATE_OF(cell_registry);
	uint32_t link PRIVATE_OF(cell_registry);
	bool started PRIVATE_OF(cell_registry);
};

struct cell_registry_statistics {
	uint64_t cells;
	uint64_t sections;
	uint64_t edges;
	uint64_t relocations;
	uint64_t record_bytes;  // heap memory of all records
	uint64_t section_bytes; // memory of all sections
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(cell_registration)
HANDLE_FUNCTIONS(cell_reference)

// ---- Building a record, in this order ----

// Makes an empty record. STATUS_NO_MEMORY: the heap is full, or CELL_REGISTRY_CELLS_MAX are loaded. STATUS_EXISTS: a
// cell of that name is loaded in that name space. STATUS_UNSUPPORTED: more sections or exports than a record can say.
MUST_USE enum status cell_registry_begin(
	struct cell_registration *out, const struct cell_plan *plan, struct diagnosis *why) PRODUCES_IF(STATUS_OK, out);

// The number of the cell that is being built.
uint16_t cell_registration_number(const struct cell_registration *cell) BORROWS(cell);

// Section `index`, below plan.section_count. Sections of one mapping follow each other in order of address. Panics
// beyond the count.
void cell_registration_set_section(struct cell_registration *cell, uint32_t index, const struct cell_section_plan *plan)
	BORROWS_MUT(cell);

// Export `index`, as in the metadata, lies at `offset` of section `section`. Panics beyond the counts. STATUS_EXISTS:
// that export has its place already.
MUST_USE enum status cell_registration_set_export(
	struct cell_registration *cell, uint32_t index, uint32_t section, uint64_t offset) BORROWS_MUT(cell);

// From here on relocations are kept for section `section`; sections come in order, each once.
void cell_registration_begin_section(struct cell_registration *cell, uint32_t section) BORROWS_MUT(cell);

// A new edge from that section to `target`; `*edge` is for cell_registration_keep. STATUS_NO_MEMORY: the heap is full.
// STATUS_UNSUPPORTED: the section or the cell has more edges than a record can say.
MUST_USE enum status cell_registration_add_edge(struct cell_registration *cell, struct cell_target target,
	uint32_t *edge, struct diagnosis *why) BORROWS_MUT(cell);

// Keeps a relocation that was bound: `offset` from the section's start; `addend` from the target's start (within the
// own cell: of the target section). STATUS_OUT_OF_RANGE: the addend does not fit 32 bits. Panics when more are kept
// than the plan said.
MUST_USE enum status cell_registration_keep(struct cell_registration *cell, uint32_t edge, uint32_t kind,
	uint64_t offset, int64_t addend, struct diagnosis *why) BORROWS_MUT(cell);

// Gives the cell's memory to the record.
void cell_registration_own_text(struct cell_registration *cell, struct mapped_pages_exec *pages) BORROWS_MUT(cell)
	CONSUMES(pages);
void cell_registration_own_rodata(struct cell_registration *cell, struct mapped_pages *pages) BORROWS_MUT(cell)
	CONSUMES(pages);
void cell_registration_own_data(struct cell_registration *cell, struct mapped_pages_mut *pages) BORROWS_MUT(cell)
	CONSUMES(pages);
void cell_registration_own_state(struct cell_registration *cell, struct mapped_pages_mut *pages) BORROWS_MUT(cell)
	CONSUMES(pages);

// From now on the cell is found by name and by address. With `announce` a debugger is told at once. The registration
// is empty only on success. STATUS_MALFORMED: a section lies over one of another cell.
MUST_USE enum status cell_registration_publish(struct cell_registration *cell, bool announce, struct diagnosis *why)
	BORROWS_MUT(cell);

// ---- Taking a cell out ----

// The cell that was published last but `age` of those that are there. STATUS_NOT_FOUND: there are not so many.
MUST_USE enum status cell_registry_newest(struct cell_reference *out, uint32_t age) PRODUCES_IF(STATUS_OK, out);

// Makes the cell of that name in that very name space a registration again: it is no longer found. STATUS_NOT_FOUND: no
// such cell. STATUS_BUSY: cells are bound to it, a run-time pointer leads to it, or references are held; `why` says
// who.
MUST_USE enum status cell_registry_take_out(struct cell_registration *out, const struct cell_name_space *name_space,
	struct text name, struct diagnosis *why) PRODUCES_IF(STATUS_OK, out);

// ---- Name spaces ----

// An empty name space under `parent`. STATUS_EXISTS: there is one of that name. STATUS_BAD_ARGUMENT: the name is empty
// or too long. STATUS_NO_MEMORY.
MUST_USE enum status cell_name_space_create(
	struct text name, struct cell_name_space *parent, struct cell_name_space **name_space, struct diagnosis *why);

// STATUS_BUSY: it has cells, or is the parent of another.
MUST_USE enum status cell_name_space_remove(struct cell_name_space *name_space, struct diagnosis *why);

// The name space of that name. STATUS_NOT_FOUND: there is none. The root's name is empty.
MUST_USE enum status cell_name_space_find(struct text name, struct cell_name_space **name_space);

// The next one after `before`, or the first after null; null: there are no more.
struct cell_name_space *cell_name_space_next(const struct cell_name_space *before);
struct text cell_name_space_name(const struct cell_name_space *name_space);
struct cell_name_space *cell_name_space_parent(const struct cell_name_space *name_space);
uint32_t cell_name_space_cell_count(const struct cell_name_space *name_space);

// ---- Replacing ----

// Gives a cell of nano_core the mapping in which its state lies, so that its successor can have it.
void cell_reference_give_state(const struct cell_reference *cell, struct mapped_pages_mut *pages) BORROWS(cell)
	CONSUMES(pages);

// All cells of the name space move to its parent. Where the parent has a cell of the same name, that one is retired:
// its state's mapping passes to its successor, run-time pointers (cell_pointer) into it lead to the same place of its
// successor, and so do pointers in the state that the loader once bound. The name space is empty then.
// STATUS_BUSY: a cell that stays is bound to one that would be retired, or a reference to one is held; `why` names
// both. STATUS_UNSUPPORTED: a pointer leads to a section that the successor does not have. Nothing is changed on
// failure.
MUST_USE enum status cell_registry_exchange(struct cell_name_space *name_space, struct diagnosis *why);

// The place in the successor that corresponds to `address` in a retired cell. STATUS_NOT_FOUND: no retired cell has
// memory there, or its successor has no such section.
MUST_USE enum status cell_registry_translate(uint64_t address, uint64_t *successor_address);

// Gives all memory of retired cells back. STATUS_BUSY: a run-time pointer leads to one, or one is in use; `why` says
// who; those before it are gone.
MUST_USE enum status cell_registry_drop_retired(struct diagnosis *why);

// ---- Looking ----

// STATUS_NOT_FOUND: no cell of that name in the root, or in the name space or above, or in the name space itself; or at
// that address, or with that number.
MUST_USE enum status cell_registry_find(struct cell_reference *out, struct text name) PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status cell_registry_find_in(struct cell_reference *out, const struct cell_name_space *name_space,
	struct text name) PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status cell_registry_find_own(struct cell_reference *out, const struct cell_name_space *name_space,
	struct text name) PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status cell_registry_find_address(struct cell_reference *out, uint64_t address)
	PRODUCES_IF(STATUS_OK, out);
MUST_USE enum status cell_registry_find_number(struct cell_reference *out, uint32_t number) PRODUCES_IF(STATUS_OK, out);

// Every cell has a number below this one.
uint32_t cell_registry_number_limit(void);

// Notes that the cell has begun its work: its exit entry is to run when it goes.
void cell_reference_mark_started(const struct cell_reference *cell) BORROWS(cell);

// What a load needs to know of a cell, without the work of a view.
uint16_t cell_reference_number(const struct cell_reference *cell) BORROWS(cell);
struct cell_name_space *cell_reference_name_space(const struct cell_reference *cell) BORROWS(cell);
struct text cell_reference_name(const struct cell_reference *cell) BORROWS(cell);
struct cell_build_id cell_reference_build_id(const struct cell_reference *cell) BORROWS(cell);
// Where the object's section `elf_index` lies. STATUS_NOT_FOUND: it takes no memory.
MUST_USE enum status cell_reference_placed_section(
	const struct cell_reference *cell, uint32_t elf_index, uint64_t *address, uint64_t *size_bytes) BORROWS(cell);
bool cell_reference_is_started(const struct cell_reference *cell) BORROWS(cell);

void cell_reference_view(const struct cell_reference *cell, struct cell_view *view) BORROWS(cell);

// Section or edge `index`, below the counts of the cell's view. Panics beyond.
void cell_reference_section(const struct cell_reference *cell, uint32_t index, struct cell_section_view *view)
	BORROWS(cell);
void cell_reference_edge(const struct cell_reference *cell, uint32_t index, struct cell_edge_view *view) BORROWS(cell);

// What the cell's metadata says about dependency `index`, below dependency_count of its view; sorted by name.
// STATUS_NOT_FOUND: beyond the last.
MUST_USE enum status cell_reference_dependency(
	const struct cell_reference *cell, uint32_t index, struct cell_dependency *dependency) BORROWS(cell);

// An export of the cell. STATUS_NOT_FOUND: it exports no such symbol.
MUST_USE enum status cell_reference_export(
	const struct cell_reference *cell, struct text name, struct cell_export_place *place) BORROWS(cell);

// The next edge of another cell that leads to this one. STATUS_END: there are no more. The registry must not change
// during the walk.
MUST_USE enum status cell_reference_next_user(
	const struct cell_reference *cell, struct cell_user_walk *walk, struct cell_edge_view *view) BORROWS(cell);

// The next run-time pointer into the cell; `walk` begins as null. STATUS_END: there are no more.
MUST_USE enum status cell_reference_next_pointer(const struct cell_reference *cell, const struct cell_pointer **walk)
	BORROWS(cell);

// The next function or variable of the cell, local ones too, but not what the compiler adds by itself. STATUS_END:
// there are no more.
MUST_USE enum status cell_reference_next_symbol(
	const struct cell_reference *cell, struct cell_symbol_walk *walk, struct cell_symbol_view *view) BORROWS(cell);

// What lies at `address`. Without a symbol there, `name` is the section's. False: no cell has memory there. Allocates
// and locks nothing, never panics.
bool cell_registry_symbolize(uint64_t address, struct cell_symbol_view *view);

struct cell_registry_statistics cell_registry_statistics(void);

// "text", "rodata", "data", "state"; "r-x", "r--", "rw-".
const char *cell_section_kind_name(enum cell_section_kind kind);
const char *cell_section_kind_permissions(enum cell_section_kind kind);

#ifdef __cplusplus
}
#endif
