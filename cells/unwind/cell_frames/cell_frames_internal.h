#pragma once

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/loader/debugger_table/debugger_table.h"
#include "cells/unwind/cell_frames/cell_frames.h"
#include "cells/unwind/frame_index/frame_index.h"

// Makes the table of a cell of nano_core from its object in the archive; it stays until cell_frames_drop_static.
// STATUS_NOT_FOUND: the object has no table. Others: as cell_loader_object, elf_object_open, cell_relocation_apply;
// STATUS_NO_MEMORY.
INTERNAL MUST_USE enum status cell_frames_make_static(
	const struct debugger_cell *cell, struct frame_table *table, struct diagnosis *why);

// Takes the table that was made so, if one was, out of the index and gives it back.
INTERNAL void cell_frames_drop_static(const struct debugger_cell *cell);
