// What a debugger sees of the loaded cells: a table in a fixed layout and a place to break on when it changes.
//
// The debugger finds `debugger_table_changed` in nano_core's symbols, sets a breakpoint there, and on every stop walks
// the table that the argument points at (tools/gdb/ariadne.py). The table is a list of the records that the registry
// keeps anyway, so a debugger costs nothing when there is none.
//
// Context: no allocation; the caller (the registry) changes the table from one place at a time.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

#define DEBUGGER_TABLE_MAGIC 0x31474244414952ULL // "RIADBG1" in memory
enum { DEBUGGER_BUILD_ID_SIZE = 20 };

// The beginning of the record of one section.
struct debugger_section {
	uint64_t address;
	uint32_t size_bytes;
	uint32_t name_offset; // in debugger_cell.section_names
};
static_assert(sizeof(struct debugger_section) == 16, "the debugger relies on the layout");

struct debugger_cell {
	struct debugger_cell *next;
	struct debugger_cell *previous;
	const char *name;          // terminated by a zero
	const char *section_names; // the object's section names, each terminated by a zero
	const struct debugger_section *sections;
	uint32_t section_count;
	uint32_t section_stride_bytes; // from one record to the next
	uint8_t build_id[DEBUGGER_BUILD_ID_SIZE];
	uint32_t reserved;
};
static_assert(sizeof(struct debugger_cell) == 72, "the debugger relies on the layout");

struct debugger_table {
	uint64_t magic;
	uint64_t change_count;
	struct debugger_cell *first; // the cell that came last
};

#ifdef __cplusplus
extern "C" {
#endif

// Puts `cell`, all of whose fields but the links are filled, into the table. It must stay where it is until it is
// removed. With `announce` a debugger is told; without, it learns of the cell at the next announcement.
void debugger_table_add(struct debugger_cell *cell, int announce);

// Takes `cell`, which is in the table, out again and tells the debugger.
void debugger_table_remove(struct debugger_cell *cell);

// The table, for a debugger that comes late and for tests.
const struct debugger_table *debugger_table_get(void);

// Does nothing: a debugger breaks here. `table` stands in the first argument's register.
void debugger_table_changed(const struct debugger_table *table);

#ifdef __cplusplus
}
#endif
