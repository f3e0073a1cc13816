// A terminal's screen as a grid of cells: text and control sequences go in, cells that changed come out.
//
// It understands the part of VT100 and ANSI that a shell and its commands use: moving the cursor, erasing, colours,
// scrolling, saving the cursor. What it does not know it swallows. Nothing is drawn while text is written; a flush
// draws each cell that differs from what was drawn last, so that a thousand lines cost one screen.
//
// Context: pure; no allocation, no lock. The renderer's hook is called from within terminal_screen_flush only.
// Source: ECMA-48 5th edition, section 8.3; DEC VT100 User Guide, chapter 3 (wrapping at the margin).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/base/utf8/utf8.h"

enum {
	TERMINAL_SCREEN_COLUMNS_MAX = 160,
	TERMINAL_SCREEN_ROWS_MAX = 64,
	TERMINAL_SCREEN_PARAMETERS = 8,
};

// The eight colours of ANSI, 8 more for their bright ones.
enum terminal_colour {
	TERMINAL_BLACK,
	TERMINAL_RED,
	TERMINAL_GREEN,
	TERMINAL_YELLOW,
	TERMINAL_BLUE,
	TERMINAL_MAGENTA,
	TERMINAL_CYAN,
	TERMINAL_WHITE,
	TERMINAL_BRIGHT = 8,
};

struct terminal_cell {
	uint32_t character : 21; // 0 counts as a blank
	uint32_t foreground : 4; // enum terminal_colour
	uint32_t background : 4;
	uint32_t cursor : 1; // in what is drawn: the cursor stands here
};

struct terminal_position {
	uint16_t column;
	uint16_t row;
};

// How characters are drawn from here on.
struct terminal_style {
	uint8_t foreground;
	uint8_t background;
	bool bold; // shown as the bright colour
	bool inverse;
};

enum terminal_screen_place {
	TERMINAL_SCREEN_TEXT,
	TERMINAL_SCREEN_ESCAPE,       // after ESC
	TERMINAL_SCREEN_SEQUENCE,     // after ESC [
	TERMINAL_SCREEN_INTERMEDIATE, // after ESC and an intermediate byte: one more belongs to it
	TERMINAL_SCREEN_STRING,       // within a string for the terminal, up to BEL or ESC \ .
};

struct terminal_screen {
	uint16_t columns;
	uint16_t rows;
	struct terminal_position cursor;
	struct terminal_position saved;
	bool wrap_is_due; // a character was put into the last column; the next one goes to the next row
	bool cursor_is_hidden;
	struct terminal_style style;

	enum terminal_screen_place place;
	struct utf8_decoder decoder;
	uint16_t parameters[TERMINAL_SCREEN_PARAMETERS];
	uint8_t parameter_count;
	bool is_private; // the sequence has a '?', '<', '=' or '>'

	bool nothing_is_drawn; // what the device shows is not known
	struct terminal_cell cells[TERMINAL_SCREEN_COLUMNS_MAX * TERMINAL_SCREEN_ROWS_MAX];
	struct terminal_cell drawn[TERMINAL_SCREEN_COLUMNS_MAX * TERMINAL_SCREEN_ROWS_MAX];
};

// Draws one cell of the device.
struct terminal_renderer {
	void *context;
	void (*draw)(void *context, struct terminal_position position, struct terminal_cell cell);
};

#ifdef __cplusplus
extern "C" {
#endif

// Begins an empty screen of this size, with white on black and the cursor at the top left; the next flush draws every
// cell. A size of 0 counts as 1, too large a one as the largest.
void terminal_screen_start(struct terminal_screen *screen, size_t columns, size_t rows);

// Shows the characters. "\n" goes to the start of the next row.
void terminal_screen_write(struct terminal_screen *screen, struct text characters);

// Draws what has changed since the last flush.
void terminal_screen_flush(struct terminal_screen *screen, const struct terminal_renderer *renderer);

// What is in a cell now. Panics outside the screen.
struct terminal_cell terminal_screen_cell(const struct terminal_screen *screen, struct terminal_position position);

#ifdef __cplusplus
}
#endif
