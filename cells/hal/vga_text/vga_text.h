// The PC's text screen: 80 by 25 cells of character and colours, and a blinking cursor.
//
// The caller maps the memory (VGA_TEXT_START, VGA_TEXT_SIZE_BYTES) and passes it in; the cursor is moved through ports.
//
// Context: no allocation, no lock; one user at a time.
// Source: IBM VGA/XGA Technical Reference, "Alphanumeric Modes" and "CRT Controller Registers"; code page 437 for the
// characters, as every VGA's own font has it.
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

enum {
	VGA_TEXT_START = 0xB8000, // physical
	VGA_TEXT_COLUMNS = 80,
	VGA_TEXT_ROWS = 25,
	VGA_TEXT_SIZE_BYTES = VGA_TEXT_COLUMNS * VGA_TEXT_ROWS * 2,
};

#ifdef __cplusplus
extern "C" {
#endif

// Shows the Unicode character at the cell. Colours are those of ANSI, 0 to 15 (bright ones from 8 on; as a background
// they count as the dark ones: that bit blinks). What the font lacks is shown as '?'. Panics outside the screen.
void vga_text_draw(struct bytes_mut memory, size_t column, size_t row, uint32_t character, unsigned foreground,
	unsigned background);

// Moves the cursor to the cell, and shows it as a line at the cell's bottom. Panics outside the screen.
void vga_text_place_cursor(size_t column, size_t row);

void vga_text_hide_cursor(void);

#ifdef __cplusplus
}
#endif
