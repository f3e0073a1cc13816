// The lines of nano_core's linker script that give each cell's declared state pages of its own.
//
// State with bytes in the file makes a segment for its cell, so that the zeros up to the next page and beyond are not
// in the file; state that begins as zeros is one segment for all cells, behind the others.
#pragma once

#include <stddef.h>

#include "tools/cellmeta/list.h"

struct state_of_cell {
	const char *path; // of the object, as the linker is given it
	const char *name; // of the cell
	int has_bytes;    // a section .cell_state
	int has_zeros;    // a section .bss.cell_state
};

#ifdef __cplusplus
extern "C" {
#endif

// What stands in the places of the marks @state_segments@ and @state_sections@ of the script. Cells without state
// leave no line.
void state_script_segments(const struct state_of_cell *cells, size_t count, struct text_buffer *lines);
void state_script_sections(const struct state_of_cell *cells, size_t count, struct text_buffer *lines);

// `script` with each of the two marks, which must be there once, replaced; null if they are not.
char *state_script_fill(const char *script, const struct state_of_cell *cells, size_t count);

#ifdef __cplusplus
}
#endif
