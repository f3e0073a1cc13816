// A finished object file of a cell: its metadata, and the build id that covers the file.
#pragma once

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/cellmeta/object_file.h"

struct sealed_object {
	struct object_file object;
	struct cell_metadata metadata;
	uint64_t metadata_offset; // of the cell section in the file
};

#ifdef __cplusplus
extern "C" {
#endif

// Opens a finished object. STATUS_NOT_FOUND: no such file. STATUS_MALFORMED, STATUS_UNSUPPORTED: it is no object, has
// no cell section, or one that is broken; `why` has the place.
enum status sealed_object_open(const char *path, struct sealed_object *sealed, struct diagnosis *why);

// The build id that the contents of the file ought to have.
struct cell_build_id sealed_object_build_id(const struct sealed_object *sealed);

#ifdef __cplusplus
}
#endif
