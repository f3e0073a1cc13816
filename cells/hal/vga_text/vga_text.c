#include "cells/hal/vga_text/vga_text.h"

#include "cells/hal/port_io/port_io.h"

enum {
	PORT_CRT_INDEX = 0x3D4,
	PORT_CRT_DATA = 0x3D5,
	CRT_CURSOR_START = 0x0A,
	CRT_CURSOR_END = 0x0B,
	CRT_CURSOR_HIGH = 0x0E,
	CRT_CURSOR_LOW = 0x0F,
	CURSOR_OFF = 1 << 5,
	CURSOR_FIRST_LINE = 14, // of the 16 lines of a cell
	CURSOR_LAST_LINE = 15,
	CODE_PAGE_HIGH_HALF = 0x80,
};

// ANSI counts red as 1 and blue as 4, the VGA the other way round.
static const uint8_t vga_colour[8] = {0, 4, 2, 6, 1, 5, 3, 7};

// The upper half of code page 437.
static const uint16_t high_half[128] = {
	0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, // 80
	0x00EA, 0x00EB, 0x00E8, 0x00EF, 0x00EE, 0x00EC, 0x00C4, 0x00C5, // 88
	0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9, // 90
	0x00FF, 0x00D6, 0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, // 98
	0x00E1, 0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA, 0x00BA, // A0
	0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB, // A8
	0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, // B0
	0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, // B8
	0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, // C0
	0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567, // C8
	0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B, // D0
	0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580, // D8
	0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4, // E0
	0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6, 0x03B5, 0x2229, // E8
	0x2261, 0x00B1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00F7, 0x2248, // F0
	0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0, // F8
};

static uint8_t code_of(uint32_t character)
{
	if (character < 0x20)
		return ' ';
	if (character < 0x7F)
		return (uint8_t)character;
	for (size_t i = 0; i < COUNT_OF(high_half); i++) {
		if (AT(high_half, i) == character)
			return (uint8_t)(CODE_PAGE_HIGH_HALF + i);
	}
	return '?';
}

static uint8_t colour_of(unsigned colour)
{
	return AT(vga_colour, colour % 8) | (colour & 8);
}

static size_t cell_of(size_t column, size_t row)
{
	return index_in_bounds(row, VGA_TEXT_ROWS) * VGA_TEXT_COLUMNS + index_in_bounds(column, VGA_TEXT_COLUMNS);
}

void vga_text_draw(struct bytes_mut memory, size_t column, size_t row, uint32_t character, unsigned foreground,
	unsigned background)
{
	size_t cell = cell_of(column, row);
	bytes_mut_set(memory, cell * 2, code_of(character));
	bytes_mut_set(memory, cell * 2 + 1, (uint8_t)(colour_of(background & 7) << 4 | colour_of(foreground & 15)));
}

static void write_crt(uint8_t index, uint8_t value)
{
	port_io_write_u8(PORT_CRT_INDEX, index);
	port_io_write_u8(PORT_CRT_DATA, value);
}

void vga_text_place_cursor(size_t column, size_t row)
{
	size_t cell = cell_of(column, row);
	write_crt(CRT_CURSOR_START, CURSOR_FIRST_LINE);
	write_crt(CRT_CURSOR_END, CURSOR_LAST_LINE);
	write_crt(CRT_CURSOR_HIGH, (uint8_t)(cell >> 8));
	write_crt(CRT_CURSOR_LOW, (uint8_t)cell);
}

void vga_text_hide_cursor(void)
{
	write_crt(CRT_CURSOR_START, CURSOR_OFF);
}
