// One cell on its way in: what the steps of a load share, and the first of them, from a name to an object that is
// judged.
//
// The steps, in order: cell_job (find and judge), cell_bind_imports, cell_place, cell_exports, cell_bind_relocations.
// Each takes the work as the one before has left it; cell_loader runs them, and publishes the cell.
//
// Context: allocates from the heap.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_store/cell_store.h"
#include "cells/loader/elf_object/elf_object.h"
#include "cells/loader/static_map/static_map.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

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
	struct store_space *space;          // where the cell will be
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
HANDLE(cell_job)
{
	struct heap_object memory;
	struct load_work *work;
};
#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(cell_job)

// Finds the cell's object in the space's archive and judges it and its metadata. STATUS_NOT_FOUND: the archive has no
// such cell. STATUS_MALFORMED, STATUS_UNSUPPORTED: what `why` says. STATUS_NO_MEMORY.
MUST_USE enum status cell_job_open(struct cell_job *out, struct store_space *space, struct text cell_name,
	struct diagnosis *why) PRODUCES_IF(STATUS_OK, out);

#ifdef __cplusplus
}
#endif
