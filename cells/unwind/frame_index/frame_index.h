// Which unwind table speaks of an address: one entry for each cell with code, found by bisection; in its table, again
// by bisection, the entry of the function.
//
// Nothing is made of a table when its cell arrives. The fields of its entries that lead to the functions were
// relocated, and where they are the loader keeps anyway: these offsets are what is bisected.
//
// What a search needs to find the cell is kept in mapped pages of this cell's own. The offsets are on the heap, and
// only believed where the table itself agrees: on a corrupt heap a search reads the whole table of the one cell.
//
// Context: frame_index_add and _remove allocate; one caller at a time (cell_frames sees to that). frame_index_find
// allocates nothing, takes no lock, and may run at any time, in a crash too: during a change it finds nothing.
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/unwind/frame_information/frame_information.h"

// Offsets in an unwind table, ascending.
SLICE_TYPE(frame_field_slice, const uint32_t);

// What a cell has for unwinding. The memory must stay until the cell is removed again.
struct frame_index_cell {
	uint64_t code_start; // from where to where its functions lie
	uint64_t code_end;
	struct frame_table frames;       // its .eh_frame
	struct bytes call_sites;         // all its tables of call sites
	uint64_t call_sites_address;     // where they lie in the running system
	struct frame_field_slice fields; // of the .eh_frame, that were relocated
};

// What is known of an address. Begins as {}, and is kept from one search to the next.
struct frame_index_place {
	struct frame_entry entry;
	struct frame_index_cell cell;
	uint64_t changes; // of the index, when the cell was found
};

#ifdef __cplusplus
extern "C" {
#endif

// From now on the addresses of the cell's functions are found. STATUS_EXISTS: functions of two cells lie over each
// other. STATUS_NO_MEMORY.
MUST_USE enum status frame_index_add(const struct frame_index_cell *cell, struct diagnosis *why);

// The cell whose functions begin at `code_start` is no longer found; nothing is done if there is none.
void frame_index_remove(uint64_t code_start);

// What speaks of the instruction at `address`. `common` is kept, as `place`, from one call to the next
// (frame_information.h). STATUS_NOT_FOUND: nothing does. STATUS_BUSY: the index is being changed.
MUST_USE enum status frame_index_find(uint64_t address, struct frame_common *common, struct frame_index_place *place);

// How many cells are in the index.
size_t frame_index_count(void);

#ifdef __cplusplus
}
#endif
