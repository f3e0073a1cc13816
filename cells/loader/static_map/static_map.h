// Where the cells that are linked into nano_core stand: for each, every section's address.
//
// Made from the linker's map when nano_core is linked (member `nano_core.map` of the archive). With it and the
// identical object in the archive, the registry holds nano_core's cells like loaded ones: sections, symbols and
// relocations.
//
// A `struct static_map` is a view: it borrows the bytes it was opened on and must not outlive them.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: docs/metadata.md, section "The map of nano_core".
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "cells/loader/name_table/name_table.h"

#define STATIC_MAP_MAGIC "ARIANANO" // 8 bytes, no terminating zero

enum { STATIC_MAP_VERSION = 1, STATIC_MAP_DIGEST_SIZE = 32 };

// SHA-256 of a whole object file.
struct static_map_digest {
	unsigned char bytes[STATIC_MAP_DIGEST_SIZE];
};

// The layout. Integers and strings as in the cell section (cells/loader/cell_metadata).
struct static_map_header {
	char magic[8];
	uint32_t version;
	uint32_t size_bytes; // of the whole map
	uint32_t cell_count;
	uint32_t cells_offset;
	uint32_t section_count;
	uint32_t sections_offset;
	uint32_t strings_offset;
	uint32_t strings_size_bytes;
	uint64_t unwind_address; // of the .eh_frame that the linker made of all objects' ones
	uint64_t unwind_size_bytes;
	uint32_t reserved[2]; // zero
};
static_assert(sizeof(struct static_map_header) == 64, "the layout is fixed");

struct static_map_cell_record {
	uint32_t name_string;
	uint32_t first_section; // index into the table of sections
	uint32_t section_count;
	struct cell_build_id build_id; // that of the object's metadata
	struct static_map_digest object_digest;
};
static_assert(sizeof(struct static_map_cell_record) == 64, "the layout is fixed");

struct static_map_section_record {
	uint32_t name_string;
	uint32_t section_index; // in the object's section table
	uint64_t address;
	uint64_t size_bytes;
};
static_assert(sizeof(struct static_map_section_record) == 24, "the layout is fixed");

// The checked view.
struct static_map {
	uint32_t cell_count;
	uint32_t section_count;
	struct name_table cells; // read these through the functions below
	struct bytes sections;
	uint64_t unwind_address;
	uint64_t unwind_size_bytes;
};

struct static_map_cell {
	struct text name;
	uint32_t first_section;
	uint32_t section_count;
	struct cell_build_id build_id;
	struct static_map_digest object_digest;
};

struct static_map_section {
	struct text name;
	uint32_t section_index;
	uint64_t address;
	uint64_t size_bytes;
};

#ifdef __cplusplus
extern "C" {
#endif

// Checks the whole of `raw` and makes a view of it. STATUS_MALFORMED: a rule of the format is broken; `why` names the
// field. STATUS_UNSUPPORTED: another format version.
MUST_USE enum status static_map_open(struct bytes raw, struct static_map *map, struct diagnosis *why);

// Cell `position`; the table is sorted by name. Panics beyond the end.
struct static_map_cell static_map_cell_at(const struct static_map *map, uint32_t position);

// The cell of that name. STATUS_NOT_FOUND: it is not linked into nano_core.
MUST_USE enum status static_map_find_cell(
	const struct static_map *map, struct text cell_name, struct static_map_cell *cell);

// Section `position` (below cell->section_count) of a cell, in order of section_index. Panics beyond the end.
struct static_map_section static_map_section_at(
	const struct static_map *map, const struct static_map_cell *cell, uint32_t position);

// The cell's section with that index in its object. STATUS_NOT_FOUND: the map has none (it has all sections that take
// memory, but .eh_frame).
MUST_USE enum status static_map_find_section(const struct static_map *map, const struct static_map_cell *cell,
	uint32_t section_index, struct static_map_section *section);

#ifdef __cplusplus
}
#endif
