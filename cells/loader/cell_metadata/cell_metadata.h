// What a cell's object says about itself: name, class, dependencies, exports, imports, state.
//
// The build derives it from the object and its debug information and embeds it as section `.ariadne.cell`. This reader
// judges every byte before it believes it: after cell_metadata_open the other functions cannot fail but by a wrong
// index or a name that is not there.
//
// A `struct cell_metadata` is a view: it borrows the bytes it was opened on and must not outlive them.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: docs/metadata.md, section "The cell section".
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/loader/name_table/name_table.h"

// The name of the section that holds the metadata.
#define CELL_METADATA_SECTION ".ariadne.cell"
#define CELL_METADATA_MAGIC "ARIACELL" // 8 bytes, no terminating zero

enum {
	CELL_METADATA_VERSION = 1,
	CELL_METADATA_NAME_LIMIT = 63,    // bytes of a cell's name
	CELL_METADATA_SYMBOL_LIMIT = 255, // bytes of a symbol's name
	CELL_METADATA_BUILD_ID_SIZE = 20,
	CELL_METADATA_TYPE_HASH_SIZE = 16,
	CELL_METADATA_TYPE_HASH_TEXT_SIZE = 33, // 32 hexadecimal digits and a zero
};

enum cell_class { CELL_CLASS_CORE = 0, CELL_CLASS_CHECKED = 1, CELL_CLASS_FOREIGN = 2 };

// Bits of cell_metadata.flags.
enum { CELL_FLAG_TRUSTED = 1 }; // compiled without kill points

// Bits of cell_dependency.kinds: how the cell uses what it depends on.
enum {
	CELL_EDGE_LINK = 1,    // at least one symbol is bound to it
	CELL_EDGE_TYPE = 2,    // a type that its header declares is named
	CELL_EDGE_HEADER = 4,  // only macros, enumerators or inline functions of its header
	CELL_EDGE_IMPLICIT = 8 // not declared in the cell's BUILD; every cell has it (compiler_support)
};

enum cell_symbol_kind { CELL_SYMBOL_FUNCTION = 1, CELL_SYMBOL_OBJECT = 2 };

// 128 bits over a type and all that it reaches. Equal types have equal hashes, seen from any cell.
struct cell_type_hash {
	unsigned char bytes[CELL_METADATA_TYPE_HASH_SIZE];
};

struct cell_build_id {
	unsigned char bytes[CELL_METADATA_BUILD_ID_SIZE];
};

// The layout in the section. All integers are little-endian; a `string` is an offset into the string table, where a
// 16-bit length, the characters and a zero stand. Offset 0 is the empty string.
struct cell_metadata_header {
	char magic[8];
	uint32_t version;
	uint32_t size_bytes; // of the whole section
	struct cell_build_id build_id;
	uint32_t cell_class;
	uint32_t flags;
	uint32_t name_string;
	uint32_t group_string;
	uint32_t version_string;
	uint32_t summary_string;
	uint32_t init_string; // entry symbols; 0: none
	uint32_t exit_string;
	uint32_t dependency_count;
	uint32_t dependencies_offset;
	uint32_t export_count;
	uint32_t exports_offset;
	uint32_t import_count;
	uint32_t imports_offset;
	uint32_t state_count;
	uint32_t states_offset;
	uint32_t strings_offset;
	uint32_t strings_size_bytes;
	uint32_t reserved[5]; // zero
};
static_assert(sizeof(struct cell_metadata_header) == 128, "the layout is fixed");

struct cell_metadata_dependency_record {
	uint32_t name_string;
	uint32_t kinds;
};
static_assert(sizeof(struct cell_metadata_dependency_record) == 8, "the layout is fixed");

struct cell_metadata_export_record {
	uint32_t name_string;
	uint32_t kind;
	struct cell_type_hash type_hash;
};
static_assert(sizeof(struct cell_metadata_export_record) == 24, "the layout is fixed");

struct cell_metadata_import_record {
	uint32_t name_string;
	uint32_t dependency; // index of the dependency that exports it
	struct cell_type_hash type_hash;
};
static_assert(sizeof(struct cell_metadata_import_record) == 24, "the layout is fixed");

struct cell_metadata_state_record {
	uint32_t name_string;
	uint32_t reserved; // zero
	uint64_t size_bytes;
	struct cell_type_hash type_hash;
};
static_assert(sizeof(struct cell_metadata_state_record) == 32, "the layout is fixed");

// The checked view.
struct cell_metadata {
	enum cell_class cell_class;
	uint32_t flags;
	struct cell_build_id build_id;
	struct text name;
	struct text group;
	struct text version;
	struct text summary;
	struct text init_symbol; // empty: none
	struct text exit_symbol;
	uint32_t dependency_count;
	uint32_t export_count;
	uint32_t import_count;
	uint32_t state_count;
	struct name_table dependencies; // read these through the functions below
	struct name_table exports;
	struct name_table imports;
	struct name_table states;
};

struct cell_dependency {
	struct text name;
	uint32_t kinds; // CELL_EDGE_*
};

struct cell_export {
	struct text name;
	enum cell_symbol_kind kind;
	struct cell_type_hash type_hash;
};

struct cell_import {
	struct text name;
	uint32_t dependency; // index for cell_metadata_dependency
	struct cell_type_hash type_hash;
};

struct cell_state_variable {
	struct text name;
	uint64_t size_bytes;
	struct cell_type_hash type_hash;
};

#ifdef __cplusplus
extern "C" {
#endif

// Checks the whole of `section` (the contents of `.ariadne.cell`) and makes a view of it. STATUS_MALFORMED: a rule of
// the format is broken; `why` names the field. STATUS_UNSUPPORTED: another format version.
MUST_USE enum status cell_metadata_open(struct bytes section, struct cell_metadata *metadata, struct diagnosis *why);

// Entry `index` of each table; the tables are sorted by name. Panics beyond the end.
struct cell_dependency cell_metadata_dependency(const struct cell_metadata *metadata, uint32_t index);
struct cell_export cell_metadata_export(const struct cell_metadata *metadata, uint32_t index);
struct cell_import cell_metadata_import(const struct cell_metadata *metadata, uint32_t index);
struct cell_state_variable cell_metadata_state(const struct cell_metadata *metadata, uint32_t index);

// The entry of that name, found by bisection. STATUS_NOT_FOUND: there is none.
MUST_USE enum status cell_metadata_find_export(
	const struct cell_metadata *metadata, struct text name, struct cell_export *found);
MUST_USE enum status cell_metadata_find_import(
	const struct cell_metadata *metadata, struct text name, struct cell_import *found);
MUST_USE enum status cell_metadata_find_state(
	const struct cell_metadata *metadata, struct text name, struct cell_state_variable *found);

// 1 or 0.
int cell_metadata_type_hash_equal(struct cell_type_hash a, struct cell_type_hash b);
int cell_metadata_build_id_equal(struct cell_build_id a, struct cell_build_id b);

// Writes the hash as 32 hexadecimal digits and a zero. `buffer` has CELL_METADATA_TYPE_HASH_TEXT_SIZE bytes.
void cell_metadata_type_hash_text(struct cell_type_hash hash, char *buffer);

// "core", "checked" or "foreign"; "function" or "object".
const char *cell_metadata_class_name(enum cell_class cell_class);
const char *cell_metadata_kind_name(enum cell_symbol_kind kind);

#ifdef __cplusplus
}
#endif
