// Which cell exports a symbol, and where in the archive that cell's object is.
//
// Made when the archive is packed (member `symbols.index`), read by the loader: both tables are sorted by name, so that
// each question takes a bisection and no walk.
//
// A `struct symbol_index` is a view: it borrows the bytes it was opened on and must not outlive them.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: docs/metadata.md, section "The symbol index".
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/loader/name_table/name_table.h"

#define SYMBOL_INDEX_MAGIC "ARIASYMS" // 8 bytes, no terminating zero

enum { SYMBOL_INDEX_VERSION = 1 };

// Bits of symbol_index_cell.flags.
enum { SYMBOL_INDEX_STATIC = 1 }; // also linked into nano_core

// The layout. Integers and strings as in the cell section (cells/loader/cell_metadata).
struct symbol_index_header {
	char magic[8];
	uint32_t version;
	uint32_t size_bytes; // of the whole index
	uint32_t cell_count;
	uint32_t cells_offset;
	uint32_t symbol_count;
	uint32_t symbols_offset;
	uint32_t strings_offset;
	uint32_t strings_size_bytes;
	uint32_t reserved[6]; // zero
};
static_assert(sizeof(struct symbol_index_header) == 64, "the layout is fixed");

struct symbol_index_cell_record {
	uint32_t name_string;
	uint32_t flags;
	uint64_t object_offset; // of the object's data, from the start of the archive
	uint64_t object_size_bytes;
};
static_assert(sizeof(struct symbol_index_cell_record) == 24, "the layout is fixed");

struct symbol_index_symbol_record {
	uint32_t name_string;
	uint32_t cell; // index into the table of cells
};
static_assert(sizeof(struct symbol_index_symbol_record) == 8, "the layout is fixed");

// The checked view.
struct symbol_index {
	uint32_t cell_count;
	uint32_t symbol_count;
	struct name_table cells; // read these through the functions below
	struct name_table symbols;
};

struct symbol_index_cell {
	struct text name;
	uint32_t flags; // SYMBOL_INDEX_*
	uint64_t object_offset;
	uint64_t object_size_bytes;
};

struct symbol_index_symbol {
	struct text name;
	uint32_t cell; // index for symbol_index_cell_at
};

#ifdef __cplusplus
extern "C" {
#endif

// Checks the whole of `raw` and makes a view of it. STATUS_MALFORMED: a rule of the format is broken; `why` names the
// field. STATUS_UNSUPPORTED: another format version.
MUST_USE enum status symbol_index_open(struct bytes raw, struct symbol_index *index, struct diagnosis *why);

// Entry `position` of each table; the tables are sorted by name (bytewise). Panics beyond the end.
struct symbol_index_cell symbol_index_cell_at(const struct symbol_index *index, uint32_t position);
struct symbol_index_symbol symbol_index_symbol_at(const struct symbol_index *index, uint32_t position);

// The cell of that name. STATUS_NOT_FOUND: there is none.
MUST_USE enum status symbol_index_find_cell(
	const struct symbol_index *index, struct text cell_name, struct symbol_index_cell *cell);

// The cell that exports `symbol`. STATUS_NOT_FOUND: no cell of the archive does.
MUST_USE enum status symbol_index_find(
	const struct symbol_index *index, struct text symbol, struct symbol_index_cell *cell);

// The position of the first symbol that is not before `prefix`, from which all symbols that begin with it follow;
// symbol_count if there is none.
uint32_t symbol_index_lower_bound(const struct symbol_index *index, struct text prefix);

#ifdef __cplusplus
}
#endif
