// Reads GRUB's bitmap fonts (PF2).
//
// Source: GRUB developers' manual, "PFF2 Font File Format".
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PF2_CELL_WIDTH = 8, PF2_CELL_HEIGHT = 16 };

struct pf2_font {
	const unsigned char *data;
	size_t size_bytes;
	size_t index_offset; // the entries of the CHIX section
	size_t glyph_count;
	unsigned ascent;
};

// A glyph in its cell; bit 7 of a row is its leftmost dot.
struct pf2_cell {
	uint8_t rows[PF2_CELL_HEIGHT];
};

#ifdef __cplusplus
extern "C" {
#endif

// Opens a font of `size_bytes` bytes, which must outlive it. Null if all is well, else what is wrong.
const char *pf2_open(const void *data, size_t size_bytes, struct pf2_font *font);

// Draws the glyph of `character` into a cell. Null if all is well, else what is wrong: there is no such glyph, it is
// broken, or it does not fit the cell.
const char *pf2_draw(const struct pf2_font *font, uint32_t character, struct pf2_cell *cell);

#ifdef __cplusplus
}
#endif
