// Control sequences: ESC [, parameters, one last byte that says what to do.
#include "cells/console/terminal_screen/terminal_screen_internal.h"

enum { PARAMETER_MAX = 9999 };

void terminal_screen_begin_sequence(struct terminal_screen *screen)
{
	screen->place = TERMINAL_SCREEN_SEQUENCE;
	screen->parameter_count = 1;
	screen->is_private = false;
	for (size_t i = 0; i < COUNT_OF(screen->parameters); i++)
		AT(screen->parameters, i) = 0;
}

// Parameter `index`; what is left out, or 0, counts as `otherwise`.
static long parameter(const struct terminal_screen *screen, size_t index, long otherwise)
{
	uint16_t value = AT(screen->parameters, index);
	return value == 0 ? otherwise : value;
}

static void take_digit(struct terminal_screen *screen, unsigned digit)
{
	size_t last = screen->parameter_count - 1u;
	if (last >= COUNT_OF(screen->parameters))
		return; // more parameters than anyone needs: they are left out
	unsigned value = AT(screen->parameters, last) * 10u + digit;
	AT(screen->parameters, last) = (uint16_t)(value > PARAMETER_MAX ? PARAMETER_MAX : value);
}

static void erase_in_display(struct terminal_screen *screen)
{
	size_t cursor = terminal_screen_cursor_index(screen);
	size_t end = (size_t)screen->columns * screen->rows;
	switch (AT(screen->parameters, 0)) {
	case 0:
		terminal_screen_erase(screen, cursor, end);
		break;
	case 1:
		terminal_screen_erase(screen, 0, cursor + 1);
		break;
	case 2:
	case 3:
		terminal_screen_erase(screen, 0, end);
		break;
	default:
		break;
	}
}

static void erase_in_row(struct terminal_screen *screen)
{
	size_t cursor = terminal_screen_cursor_index(screen);
	size_t start = (size_t)screen->columns * screen->cursor.row;
	size_t end = start + screen->columns;
	switch (AT(screen->parameters, 0)) {
	case 0:
		terminal_screen_erase(screen, cursor, end);
		break;
	case 1:
		terminal_screen_erase(screen, start, cursor + 1);
		break;
	case 2:
		terminal_screen_erase(screen, start, end);
		break;
	default:
		break;
	}
}

// One of 30-37, 40-47, 90-97, 100-107 and their defaults. False: it is none of them.
static bool set_colour(struct terminal_style *style, unsigned value)
{
	if (value >= 30 && value <= 37)
		style->foreground = (uint8_t)(value - 30);
	else if (value >= 40 && value <= 47)
		style->background = (uint8_t)(value - 40);
	else if (value >= 90 && value <= 97)
		style->foreground = (uint8_t)(value - 90 + TERMINAL_BRIGHT);
	else if (value >= 100 && value <= 107)
		style->background = (uint8_t)(value - 100 + TERMINAL_BRIGHT);
	else if (value == 39)
		style->foreground = TERMINAL_WHITE;
	else if (value == 49)
		style->background = TERMINAL_BLACK;
	else
		return false;
	return true;
}

static void set_style(struct terminal_screen *screen)
{
	struct terminal_style *style = &screen->style;
	size_t count = screen->parameter_count;
	for (size_t i = 0; i < count && i < COUNT_OF(screen->parameters); i++) {
		unsigned value = AT(screen->parameters, i);
		if (set_colour(style, value))
			continue;
		switch (value) {
		case 0:
			*style = (struct terminal_style){.foreground = TERMINAL_WHITE, .background = TERMINAL_BLACK};
			break;
		case 1:
			style->bold = true;
			break;
		case 7:
			style->inverse = true;
			break;
		case 22:
			style->bold = false;
			break;
		case 27:
			style->inverse = false;
			break;
		case 38:
		case 48:
			return; // colours by number: their parameters must not be taken for styles
		default:
			break;
		}
	}
}

static void set_mode(struct terminal_screen *screen, bool on)
{
	enum { SHOW_CURSOR = 25 };
	if (screen->is_private && AT(screen->parameters, 0) == SHOW_CURSOR)
		screen->cursor_is_hidden = !on;
}

static void perform(struct terminal_screen *screen, uint32_t action)
{
	long column = screen->cursor.column;
	long row = screen->cursor.row;
	if (action == 'h' || action == 'l') {
		set_mode(screen, action == 'h');
		return;
	}
	if (screen->is_private)
		return;
	switch (action) {
	case 'A':
		terminal_screen_move(screen, column, row - parameter(screen, 0, 1));
		break;
	case 'B':
		terminal_screen_move(screen, column, row + parameter(screen, 0, 1));
		break;
	case 'C':
		terminal_screen_move(screen, column + parameter(screen, 0, 1), row);
		break;
	case 'D':
		terminal_screen_move(screen, column - parameter(screen, 0, 1), row);
		break;
	case 'G':
		terminal_screen_move(screen, parameter(screen, 0, 1) - 1, row);
		break;
	case 'd':
		terminal_screen_move(screen, column, parameter(screen, 0, 1) - 1);
		break;
	case 'H':
	case 'f':
		terminal_screen_move(screen, parameter(screen, 1, 1) - 1, parameter(screen, 0, 1) - 1);
		break;
	case 'J':
		erase_in_display(screen);
		break;
	case 'K':
		erase_in_row(screen);
		break;
	case 'm':
		set_style(screen);
		break;
	case 's':
		screen->saved = screen->cursor;
		break;
	case 'u':
		terminal_screen_move(screen, screen->saved.column, screen->saved.row);
		break;
	default:
		break;
	}
}

void terminal_screen_take_in_sequence(struct terminal_screen *screen, uint32_t character)
{
	if (character >= '0' && character <= '9') {
		take_digit(screen, character - '0');
	} else if (character == ';' || character == ':') {
		if (screen->parameter_count <= COUNT_OF(screen->parameters))
			screen->parameter_count++;
	} else if (character >= '<' && character <= '?') {
		screen->is_private = true;
	} else if (character >= 0x40 && character <= 0x7E) {
		screen->place = TERMINAL_SCREEN_TEXT;
		perform(screen, character);
	} // intermediate bytes and stray controls: swallowed
}
