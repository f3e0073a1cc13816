// What a symbol is in C: its prototype, and how the types in it are laid out, read from debug information (DWARF).
//
// The build puts the debug information of each cell aside, as NAME.debug, with the build id of the object that it
// belongs to; a file of another build is refused. Nothing is looked for elsewhere on the machine.
//
// Context: host only; reads a file; allocates.
// Source: DWARF Debugging Information Format, version 5.
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/depgraph/input.h"

#ifdef __cplusplus
extern "C" {
#endif

// Tells the declaration of `symbol` and the layouts of the structs, unions and enumerations that it leads to. False:
// `why` says what was wrong with the file. `build_id` all 0: not compared.
bool layout_tell(
	FILE *to, const char *debug_file, const char *symbol, struct cell_build_id build_id, struct input_error *why);

#ifdef __cplusplus
}
#endif
