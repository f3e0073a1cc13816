// Keeps frame_index up to date: every cell that is loaded brings its unwind tables, and takes them along when it goes.
//
// The tables of a loaded cell are sections of it. Cells that nano_core was linked with have none (nano_core.lds) until
// image_replacement has put loaded cells in their place, and cannot be unwound before.
//
// Tables are not read before something crashes: a cell whose table is unsound is loaded all the same, and a walk
// through it stops there.
//
// Context: called by the loader while it adds and removes cells; allocates.
#pragma once

#include "cells/base/intralingual/intralingual.h"

#ifdef __cplusplus
extern "C" {
#endif

// From now on every cell is in the index, those that are there already too; and none of them any longer.
void cell_frames_start(void);
void cell_frames_stop(void);

#ifdef __cplusplus
}
#endif
