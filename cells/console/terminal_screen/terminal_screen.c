#include "cells/console/terminal_screen/terminal_screen.h"

#include "cells/console/terminal_screen/terminal_screen_internal.h"

enum { ESCAPE = 0x1B, BELL = 0x07, TAB_WIDTH = 8 };

static const struct terminal_style plain_style = {.foreground = TERMINAL_WHITE, .background = TERMINAL_BLACK};

// ------------------------------------------------------------------------------------------------ the grid

static size_t index_of(const struct terminal_screen *screen, size_t column, size_t row)
{
	return row * screen->columns + column;
}

size_t terminal_screen_cursor_index(const struct terminal_screen *screen)
{
	return index_of(screen, screen->cursor.column, screen->cursor.row);
}

static struct terminal_cell styled(const struct terminal_screen *screen, uint32_t character)
{
	struct terminal_style style = screen->style;
	uint8_t foreground = style.bold ? style.foreground | TERMINAL_BRIGHT : style.foreground;
	return (struct terminal_cell){
		.character = character,
		.foreground = style.inverse ? style.background : foreground,
		.background = style.inverse ? foreground : style.background,
	};
}

void terminal_screen_erase(struct terminal_screen *screen, size_t from, size_t to)
{
	// Erased cells take the background, but never the inverse: that would paint bars.
	struct terminal_cell empty = {
		.character = ' ', .foreground = TERMINAL_WHITE, .background = screen->style.background};
	for (size_t i = from; i < to; i++)
		AT(screen->cells, i) = empty;
}

void terminal_screen_move(struct terminal_screen *screen, long column, long row)
{
	long last_column = screen->columns - 1;
	long last_row = screen->rows - 1;
	column = column < 0 ? 0 : column > last_column ? last_column : column;
	row = row < 0 ? 0 : row > last_row ? last_row : row;
	screen->cursor = (struct terminal_position){(uint16_t)column, (uint16_t)row};
	screen->wrap_is_due = false;
}

static void scroll(struct terminal_screen *screen)
{
	size_t end = index_of(screen, 0, screen->rows);
	for (size_t i = screen->columns; i < end; i++)
		AT(screen->cells, i - screen->columns) = AT(screen->cells, i);
	terminal_screen_erase(screen, end - screen->columns, end);
}

static void go_to_next_row(struct terminal_screen *screen)
{
	if (screen->cursor.row + 1 == screen->rows)
		scroll(screen);
	else
		screen->cursor.row++;
	screen->cursor.column = 0;
	screen->wrap_is_due = false;
}

static void put(struct terminal_screen *screen, uint32_t character)
{
	if (screen->wrap_is_due)
		go_to_next_row(screen);
	AT(screen->cells, terminal_screen_cursor_index(screen)) = styled(screen, character);
	if (screen->cursor.column + 1 == screen->columns)
		screen->wrap_is_due = true;
	else
		screen->cursor.column++;
}

// ------------------------------------------------------------------------------------------------ what comes in

static void take_text(struct terminal_screen *screen, uint32_t character)
{
	long column = screen->cursor.column;
	long row = screen->cursor.row;
	switch (character) {
	case ESCAPE:
		screen->place = TERMINAL_SCREEN_ESCAPE;
		return;
	case '\n':
		go_to_next_row(screen);
		return;
	case '\r':
		terminal_screen_move(screen, 0, row);
		return;
	case '\b':
		terminal_screen_move(screen, column - 1, row);
		return;
	case '\t':
		terminal_screen_move(screen, (column / TAB_WIDTH + 1) * TAB_WIDTH, row);
		return;
	default:
		break;
	}
	bool is_control = character < 0x20 || (character >= 0x7F && character < 0xA0);
	if (!is_control)
		put(screen, character);
}

static void take_after_escape(struct terminal_screen *screen, uint32_t character)
{
	screen->place = TERMINAL_SCREEN_TEXT;
	switch (character) {
	case '[':
		terminal_screen_begin_sequence(screen);
		break;
	case ']':
	case 'P':
	case '^':
	case '_':
		screen->place = TERMINAL_SCREEN_STRING;
		break;
	case '7':
		screen->saved = screen->cursor;
		break;
	case '8':
		terminal_screen_move(screen, screen->saved.column, screen->saved.row);
		break;
	case 'c':
		terminal_screen_start(screen, screen->columns, screen->rows);
		break;
	case ESCAPE:
		screen->place = TERMINAL_SCREEN_ESCAPE;
		break;
	default:
		if (character >= 0x20 && character <= 0x2F)
			screen->place = TERMINAL_SCREEN_INTERMEDIATE;
		break;
	}
}

static void take(struct terminal_screen *screen, uint32_t character)
{
	switch (screen->place) {
	case TERMINAL_SCREEN_TEXT:
		take_text(screen, character);
		break;
	case TERMINAL_SCREEN_ESCAPE:
		take_after_escape(screen, character);
		break;
	case TERMINAL_SCREEN_SEQUENCE:
		if (character == ESCAPE)
			screen->place = TERMINAL_SCREEN_ESCAPE;
		else
			terminal_screen_take_in_sequence(screen, character);
		break;
	case TERMINAL_SCREEN_INTERMEDIATE:
		if (character < 0x20 || character > 0x2F)
			screen->place = TERMINAL_SCREEN_TEXT;
		break;
	case TERMINAL_SCREEN_STRING:
		if (character == BELL)
			screen->place = TERMINAL_SCREEN_TEXT;
		else if (character == ESCAPE)
			screen->place = TERMINAL_SCREEN_ESCAPE; // ESC \ ends it; the backslash then means nothing
		break;
	}
}

void terminal_screen_write(struct terminal_screen *screen, struct text characters)
{
	for (size_t i = 0; i < characters.length; i++) {
		uint32_t decoded[2];
		size_t count = utf8_decode(&screen->decoder, (unsigned char)text_at(characters, i), &decoded);
		for (size_t c = 0; c < count; c++)
			take(screen, AT(decoded, c));
	}
}

static size_t between(size_t value, size_t least, size_t most)
{
	return value < least ? least : value > most ? most : value;
}

void terminal_screen_start(struct terminal_screen *screen, size_t columns, size_t rows)
{
	screen->columns = (uint16_t)between(columns, 1, TERMINAL_SCREEN_COLUMNS_MAX);
	screen->rows = (uint16_t)between(rows, 1, TERMINAL_SCREEN_ROWS_MAX);
	screen->cursor = screen->saved = (struct terminal_position){};
	screen->wrap_is_due = false;
	screen->cursor_is_hidden = false;
	screen->style = plain_style;
	screen->place = TERMINAL_SCREEN_TEXT;
	screen->decoder = (struct utf8_decoder){};
	screen->nothing_is_drawn = true;
	terminal_screen_erase(screen, 0, index_of(screen, 0, screen->rows));
}

// ------------------------------------------------------------------------------------------------ what goes out

struct terminal_cell terminal_screen_cell(const struct terminal_screen *screen, struct terminal_position position)
{
	size_t column = index_in_bounds(position.column, screen->columns);
	size_t row = index_in_bounds(position.row, screen->rows);
	return AT(screen->cells, index_of(screen, column, row));
}

static bool same(struct terminal_cell a, struct terminal_cell b)
{
	return a.character == b.character && a.foreground == b.foreground && a.background == b.background &&
	       a.cursor == b.cursor;
}

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) void call_draw(
	const struct terminal_renderer *renderer, struct terminal_position position, struct terminal_cell cell)
{
	renderer->draw(renderer->context, position, cell);
}

void terminal_screen_flush(struct terminal_screen *screen, const struct terminal_renderer *renderer)
{
	size_t cursor = terminal_screen_cursor_index(screen);
	for (uint16_t row = 0; row < screen->rows; row++) {
		for (uint16_t column = 0; column < screen->columns; column++) {
			size_t i = index_of(screen, column, row);
			struct terminal_cell cell = AT(screen->cells, i);
			cell.cursor = i == cursor && !screen->cursor_is_hidden;
			if (!screen->nothing_is_drawn && same(cell, AT(screen->drawn, i)))
				continue;
			AT(screen->drawn, i) = cell;
			call_draw(renderer, (struct terminal_position){column, row}, cell);
		}
	}
	screen->nothing_is_drawn = false;
}
