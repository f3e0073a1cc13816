// One cell on its way in, shared by the steps of the loader: open, place, export, bind, finish.
#pragma once

#include "cells/loader/cell_archive/cell_archive.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/elf_object/elf_object.h"
#include "cells/loader/static_map/static_map.h"
#include "cells/loader/symbol_index/symbol_index.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

// Bytes of one kind of section that a cell may have: far more than any needs, and no sum can overflow.
enum { LOADER_PART_SIZE_LIMIT = 64 << 20 };

// What the loader knows of one section of the object while it loads.
struct placed_section {
	uint64_t address;     // where it will run
	uint32_t part_offset; // in the mapping of its kind
	uint32_t size_bytes;
	uint32_t record;      // its number in the registry
	uint32_t in_order;    // of element N: which section is number N in the registry
	uint32_t relocations; // the section with its relocations; 0: none
	uint32_t edge;        // the edge to it from the section that is being bound,
	uint32_t edge_stamp;  // if this is that section's number plus 1
	uint8_t kind;         // enum cell_section_kind
	bool placed;          // takes memory
};

// What an undefined symbol of the object is bound to.
struct bound_symbol {
	uint64_t address;
	struct cell_target target;
	uint32_t edge; // as in placed_section
	uint32_t edge_stamp;
	bool bound;
};

SLICE_TYPE(placed_section_slice, struct placed_section);
SLICE_TYPE(bound_symbol_slice, struct bound_symbol);

// The memory of a load, on the heap: stacks are small, and dependencies are loaded in the midst of it.
struct load_work {
	struct bytes file;
	struct elf_object object;
	struct bytes metadata_section;
	struct cell_metadata metadata;
	bool is_static;
	bool is_wanted;
	struct static_map_cell static_cell; // where the sections are, if is_static
	struct loader_space *space;         // where the cell will be
	bool adopts_state;                  // its state is that of the cell that it will replace

	struct heap_object section_memory;
	struct heap_object symbol_memory;
	struct placed_section_slice sections; // by index in the object
	struct bound_symbol_slice symbols;    // by index in the object
	uint32_t record_count;
	uint32_t relocation_count;

	uint64_t part_sizes[CELL_SECTION_KIND_COUNT];
	uint32_t kind_counts[CELL_SECTION_KIND_COUNT]; // sections of each kind
	struct mapped_pages_mut parts[CELL_SECTION_KIND_COUNT];
};

// Owns a load_work and all that it owns.
struct load_job;
INTERNAL void load_job_release(struct load_job *job);
HANDLE(load_job)
{
	struct heap_object memory;
	struct load_work *work;
};
HANDLE_FUNCTIONS(load_job)

// ---- loader_spaces.c ----

INTERNAL struct loader_space *loader_root(void);
INTERNAL struct loader_space *loader_space_of(const struct cell_name_space *name_space);
// The nearest space, from `space` up, that has the cell loaded or in its archive; the root if none has.
INTERNAL struct loader_space *loader_home(struct loader_space *space, struct text cell_name);
// ---- loader_job.c ----

// Finds the cell's object in the space's archive and judges it and its metadata.
INTERNAL MUST_USE enum status loader_open(struct load_job *out, struct loader_space *space, struct text cell_name,
	struct diagnosis *why) PRODUCES_IF(STATUS_OK, out);

// ---- loader_place.c ----

// Gives every section that takes memory its place, in fresh mappings (with the content copied) or, for a cell of
// nano_core, where the map says; counts sections and relocations.
INTERNAL MUST_USE enum status loader_place(struct load_work *work, struct diagnosis *why);

// The writable memory of section `index` of the object, which must be placed in a mapping.
INTERNAL struct bytes_mut loader_section_bytes(struct load_work *work, uint32_t index);

// ---- loader_export.c ----

// Tells the registry the sections and where each export lies; checks both against the metadata.
INTERNAL MUST_USE enum status loader_register(
	struct load_work *work, struct cell_registration *cell, struct diagnosis *why) BORROWS_MUT(cell);

// ---- loader_bind.c ----

// Finds every undefined symbol among the exports of the dependency that the metadata names.
INTERNAL MUST_USE enum status loader_resolve(struct load_work *work, struct diagnosis *why);

// Binds every relocation and keeps it. For a cell of nano_core: checks that the linker bound it so.
INTERNAL MUST_USE enum status loader_bind(struct load_work *work, struct cell_registration *cell, struct diagnosis *why)
	BORROWS_MUT(cell);
