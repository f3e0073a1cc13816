// A file with the debug information of one cell, opened.
//
// The build puts it aside, as NAME.debug, with the build id of the object that it belongs to. Nothing is looked for
// elsewhere on the machine.
//
// Context: host only; reads a file; allocates.
#pragma once

#include <elfutils/libdwfl.h>
#include <stdbool.h>

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/depgraph/input.h"

#ifdef __cplusplus
extern "C" {
#endif

struct debug_file {
	Dwfl *session;
	Dwfl_Module *module;
};

// False: it cannot be read, or is of another build (`build_id` all 0: not compared); `why` says which.
bool debug_file_open(struct debug_file *file, const char *path, struct cell_build_id build_id, struct input_error *why);
void debug_file_close(struct debug_file *file);

// The name of a file in debug information, without a leading "./".
const char *debug_file_name(const char *name);

#ifdef __cplusplus
}
#endif
