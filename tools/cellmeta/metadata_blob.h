// The bytes of the formats of docs/metadata.md, written.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/cellmeta/list.h"

struct described_dependency {
	const char *name;
	uint32_t kinds; // CELL_EDGE_*
};

struct described_symbol {
	const char *name;
	const char *dependency; // of an import: the cell that exports it
	enum cell_symbol_kind kind;
	uint64_t size_bytes; // of a state variable
	struct cell_type_hash hash;
};

// What goes into a cell section. Every list is sorted by name.
struct cell_description {
	const char *name;
	const char *group;
	const char *version;
	const char *summary;
	const char *init_symbol; // "" if none
	const char *exit_symbol;
	enum cell_class cell_class;
	uint32_t flags;
	LIST(struct described_dependency) dependencies;
	LIST(struct described_symbol) exports;
	LIST(struct described_symbol) imports;
	LIST(struct described_symbol) states;
};

struct blob {
	unsigned char *bytes;
	size_t size_bytes;
	size_t capacity;
};

#ifdef __cplusplus
extern "C" {
#endif

// Adds bytes, or zeros up to a multiple of `alignment`.
void blob_add(struct blob *blob, const void *bytes, size_t size_bytes);
void blob_align(struct blob *blob, size_t alignment);

// Adds a string to a string table (begun by the first call) and returns its offset; 0 for "".
uint32_t blob_add_string(struct blob *strings, const char *text);

// The cell section, with a build id of zeros.
struct blob metadata_blob_of(const struct cell_description *cell);

#ifdef __cplusplus
}
#endif
