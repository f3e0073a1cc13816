// The set of cells that go into one archive, and the rules that hold between them.
#pragma once

#include "cells/loader/static_map/static_map.h"
#include "tools/cellmeta/list.h"
#include "tools/cellmeta/metadata_blob.h"
#include "tools/cellmeta/sealed_object.h"

struct packed_cell {
	const char *path;
	const char *name;
	struct sealed_object sealed;
	bool is_static;         // linked into nano_core too
	uint64_t object_offset; // of its data in the archive
};

struct packed_symbol {
	const char *name;
	size_t cell; // index among the cells
	struct cell_type_hash hash;
};

struct package {
	LIST(struct packed_cell) cells;     // sorted by name
	LIST(struct packed_symbol) symbols; // sorted by name
	struct blob map;                    // nano_core.map; empty if there is none
	size_t errors;                      // rules broken; each was written to the standard error
};

#ifdef __cplusplus
extern "C" {
#endif

// Reads the finished objects and, unless `map_path` is null, the map. STATUS_MALFORMED, STATUS_UNSUPPORTED,
// STATUS_NOT_FOUND: a file is none of these; `*bad_path` is the one.
enum status package_read(struct package *package, const char *map_path, char **paths, size_t count,
	const char **bad_path, struct diagnosis *why);

// Checks all rules: names and symbols once, each import exported with its type by the cell it names, static cells
// the very objects that were linked. Counts the errors.
void package_check(struct package *package);

// The archive, byte by byte.
struct blob package_archive(struct package *package);

#ifdef __cplusplus
}
#endif
