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
// Context: allocates records from the heap. One caller at a time changes the registry (cell_loader sees to that); cells
// may be found and references dropped at any time, on any core: a spinlock guards what that needs. Who walks from cell
// to cell (edges, users, pointers) holds a load_transaction, so that nothing changes. cell_registry_symbolize takes no
// lock: it may run in a crash.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/elf_object/elf_object.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/cell_pointer/cell_pointer.h"

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
	bool is_wanted;            // somebody asked for it by name (cell_reference_mark_wanted)
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

// Where an exported symbol lies.
struct cell_export_place {
	struct cell_target target;
	uint64_t address;
	struct cell_type_hash type_hash;
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

// Is told of each cell: `added` as soon as it is found, `removed` when it no longer is, while its memory is still
// there.
struct cell_watcher {
	void (*added)(const struct loaded_cell *cell);
	void (*removed)(const struct loaded_cell *cell);
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

// The name space of that name. STATUS_NOT_FOUND: there is none. The root's name is empty.
MUST_USE enum status cell_name_space_find(struct text name, struct cell_name_space **name_space);

// The next one after `before`, or the first after null; null: there are no more.
struct cell_name_space *cell_name_space_next(const struct cell_name_space *before);
struct text cell_name_space_name(const struct cell_name_space *name_space);
struct cell_name_space *cell_name_space_parent(const struct cell_name_space *name_space);
uint32_t cell_name_space_cell_count(const struct cell_name_space *name_space);

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

// Notes that somebody asked for the cell itself: it stays when no other cell needs it any more.
void cell_reference_mark_wanted(const struct cell_reference *cell) BORROWS(cell);

// Remembers the cells that this one is bound to; when it is gone, next_unneeded gives those of them, one by one, that
// nobody asked for, no other cell is bound to, no run-time pointer leads to and no reference is held to.
// STATUS_NOT_FOUND: there are no more.
void cell_reference_note_needs(const struct cell_reference *cell) BORROWS(cell);
MUST_USE enum status cell_registry_next_unneeded(struct cell_reference *out) PRODUCES_IF(STATUS_OK, out);

// What a load needs to know of a cell, without the work of a view.
uint16_t cell_reference_number(const struct cell_reference *cell) BORROWS(cell);
struct cell_name_space *cell_reference_name_space(const struct cell_reference *cell) BORROWS(cell);
struct text cell_reference_name(const struct cell_reference *cell) BORROWS(cell);
struct cell_build_id cell_reference_build_id(const struct cell_reference *cell) BORROWS(cell);
// Where the object's section `elf_index` lies. STATUS_NOT_FOUND: it takes no memory.
MUST_USE enum status cell_reference_placed_section(
	const struct cell_reference *cell, uint32_t elf_index, uint64_t *address, uint64_t *size_bytes) BORROWS(cell);
bool cell_reference_is_started(const struct cell_reference *cell) BORROWS(cell);
bool cell_reference_is_static(const struct cell_reference *cell) BORROWS(cell);

// STATUS_NOT_FOUND: it has no exit entry.
MUST_USE enum status cell_reference_exit_symbol(const struct cell_reference *cell, struct text *symbol) BORROWS(cell);

// An export of the cell. STATUS_NOT_FOUND: it exports no such symbol.
MUST_USE enum status cell_reference_export(
	const struct cell_reference *cell, struct text name, struct cell_export_place *place) BORROWS(cell);

// What lies at `address`. Without a symbol there, `name` is the section's. False: no cell has memory there. Allocates
// and locks nothing, never panics.
bool cell_registry_symbolize(uint64_t address, struct cell_symbol_view *view);

// From now on `watcher` is told of changes; null: nobody. The last one set counts. It allocates as it needs; it must
// not load or unload.
void cell_registry_watch(const struct cell_watcher *watcher);

// How many cells are published.
uint32_t cell_registry_cell_count(void);

// "text", "rodata", "data", "state"; "r-x", "r--", "rw-".
const char *cell_section_kind_name(enum cell_section_kind kind);
const char *cell_section_kind_permissions(enum cell_section_kind kind);

// ---- For cell_view, cell_exchange and name_space: the records themselves ----

// Puts a name space, whose parent is written, into the list in which it is found, and takes it out.
void cell_registry_add_name_space(struct cell_name_space *name_space);
void cell_registry_take_name_space(struct cell_name_space *name_space);

struct loaded_cell *cell_registry_record(const struct cell_reference *cell) BORROWS(cell);
// The cell of that name in that very name space; null if there is none.
struct loaded_cell *cell_registry_record_named(const struct cell_name_space *name_space, struct text name);
// The cell, a retired one too, that has memory at `address`, and which of its sections; null if there is none.
struct loaded_cell *cell_registry_record_at(uint64_t address, uint32_t *section);
struct loaded_cell *cell_registry_newest_record(void);

// Whether a symbol of a cell's object stands for a function or a variable, and is not what the compiler adds.
bool cell_registry_names_something(const struct elf_object *object, const struct elf_symbol *symbol);
// What there is to say of such a symbol, which lies in the cell's section `section`.
void cell_registry_view_symbol(const struct loaded_cell *cell, uint32_t section, const struct elf_object *object,
	const struct elf_symbol *symbol, struct cell_symbol_view *view);

// The first run-time pointer after `before` (null: of all) that leads into the cell's memory; null: there is none.
const struct cell_pointer *cell_registry_next_pointer(
	const struct loaded_cell *cell, const struct cell_pointer *before);

// By the cell's own name and name space.
void cell_registry_insert_name(struct loaded_cell *cell);
void cell_registry_remove_name(struct loaded_cell *cell);

// Takes the cell out of everything that finds it. Its ranges stay in the tree of addresses if `keep_ranges`, but for
// those of its state, which go in again as the cell's own with insert_state_ranges.
void cell_registry_unpublish(struct loaded_cell *cell, bool keep_ranges);
void cell_registry_insert_state_ranges(struct loaded_cell *cell);

// Gives all that the record owns, and itself, back. Its edges are unlinked, and it is in no list.
void cell_registry_free(struct loaded_cell *cell);

#ifdef __cplusplus
}
#endif
