#include "cells/console/line_editor/line_editor.h"

#include "cells/base/format/format.h"
#include "cells/base/utf8/utf8.h"
#include "cells/console/line_editor/line_editor_internal.h"

// ------------------------------------------------------------------------------------------------ the line itself

struct text line_editor_line(const struct line_editor *editor)
{
	return (struct text){editor->line, editor->length};
}

bool line_editor_insert(struct line_editor *editor, struct text characters)
{
	if (characters.length > sizeof editor->line - editor->length)
		return false;
	for (size_t i = editor->length; i > editor->cursor; i--)
		AT(editor->line, i - 1 + characters.length) = AT(editor->line, i - 1);
	for (size_t i = 0; i < characters.length; i++)
		AT(editor->line, editor->cursor + i) = text_at(characters, i);
	editor->length += characters.length;
	editor->cursor += characters.length;
	return true;
}

void line_editor_remove(struct line_editor *editor, size_t from, size_t to)
{
	for (size_t i = to; i < editor->length; i++)
		AT(editor->line, from + i - to) = AT(editor->line, i);
	editor->length -= to - from;
	editor->cursor = from;
}

// Removes and keeps for Ctrl-Y.
static void cut(struct line_editor *editor, size_t from, size_t to)
{
	editor->cut_length = to - from;
	for (size_t i = from; i < to; i++)
		AT(editor->cut, i - from) = AT(editor->line, i);
	line_editor_remove(editor, from, to);
}

static void replace_line(struct line_editor *editor, struct text line)
{
	editor->length = 0;
	editor->cursor = 0;
	if (!line_editor_insert(editor, line))
		line_editor_beep(editor);
}

// ------------------------------------------------------------------------------------------------ showing it

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) void call_write(const struct line_editor_hooks *hooks, struct text characters)
{
	hooks->write(hooks->context, characters);
}

void line_editor_write(const struct line_editor *editor, struct text characters)
{
	if (characters.length != 0)
		call_write(editor->hooks, characters);
}

void line_editor_beep(const struct line_editor *editor)
{
	line_editor_write(editor, TEXT("\a"));
}

// How many columns the line may take. The last one stays free, as the cursor stands behind the last character.
static size_t room(const struct line_editor *editor)
{
	size_t prompt = utf8_count(editor->prompt);
	size_t least = LINE_EDITOR_COLUMNS_MIN / 2; // however long the prompt is
	return prompt + 1 + least <= editor->columns ? editor->columns - prompt - 1 : least;
}

void line_editor_refresh(const struct line_editor *editor)
{
	struct text line = line_editor_line(editor);
	size_t width = room(editor);
	size_t column = utf8_count(text_slice(line, 0, editor->cursor));
	size_t from = 0;
	for (; column > width; column--)
		from = utf8_next(line, from);
	size_t to = from;
	for (size_t shown = 0; shown < width && to < line.length; shown++)
		to = utf8_next(line, to);
	line_editor_write(editor, TEXT("\r"));
	line_editor_write(editor, editor->prompt);
	line_editor_write(editor, text_slice(line, from, to));
	line_editor_write(editor, TEXT("\033[K\r"));
	column += utf8_count(editor->prompt);
	if (column != 0) {
		char forward[16];
		format_text(forward, sizeof forward, "\033[%zuC", column);
		line_editor_write(editor, text_from_array(forward, sizeof forward));
	}
}

void line_editor_show(const struct line_editor *editor)
{
	line_editor_refresh(editor);
}

// ------------------------------------------------------------------------------------------------ the keys

static void insert_character(struct line_editor *editor, uint32_t character)
{
	if (character < 0x20)
		return;
	char bytes[UTF8_BYTES_MAX];
	struct text text = {bytes, utf8_encode(character, &bytes)};
	bool at_end = editor->cursor == editor->length;
	if (!line_editor_insert(editor, text)) {
		line_editor_beep(editor);
		return;
	}
	// The usual case costs the terminal one character.
	if (at_end && utf8_count(line_editor_line(editor)) <= room(editor))
		line_editor_write(editor, text);
	else
		line_editor_refresh(editor);
}

static bool is_blank_at(const struct line_editor *editor, size_t place)
{
	return AT(editor->line, place) == ' ';
}

// Where the word before the cursor begins, blanks between it and the cursor included.
static size_t word_start(const struct line_editor *editor)
{
	size_t place = editor->cursor;
	while (place > 0 && is_blank_at(editor, place - 1))
		place--;
	while (place > 0 && !is_blank_at(editor, place - 1))
		place--;
	return place;
}

static void keep_draft(struct line_editor *editor)
{
	editor->draft_length = editor->length;
	for (size_t i = 0; i < editor->length; i++)
		AT(editor->draft, i) = AT(editor->line, i);
}

// Goes `age` lines back; 0 is the line that was left.
static void go_to_age(struct line_editor *editor, size_t age)
{
	struct text line = {editor->draft, editor->draft_length};
	if (age != 0 && line_history_get(editor->history, age - 1, &line) != STATUS_OK) {
		line_editor_beep(editor);
		return;
	}
	if (editor->age == 0) {
		keep_draft(editor);
		if (age == 0)
			return;
	}
	editor->age = age;
	replace_line(editor, line);
	line_editor_refresh(editor);
}

static void go_older(struct line_editor *editor)
{
	go_to_age(editor, editor->age + 1);
}

static void go_newer(struct line_editor *editor)
{
	if (editor->age == 0)
		line_editor_beep(editor);
	else
		go_to_age(editor, editor->age - 1);
}

static void move_to(struct line_editor *editor, size_t place)
{
	if (place == editor->cursor)
		return;
	editor->cursor = place;
	line_editor_refresh(editor);
}

static void remove_and_show(struct line_editor *editor, size_t from, size_t to)
{
	if (from == to) {
		line_editor_beep(editor);
		return;
	}
	line_editor_remove(editor, from, to);
	line_editor_refresh(editor);
}

static void cut_and_show(struct line_editor *editor, size_t from, size_t to)
{
	if (from == to)
		return;
	cut(editor, from, to);
	line_editor_refresh(editor);
}

static void put_back(struct line_editor *editor)
{
	if (!line_editor_insert(editor, (struct text){editor->cut, editor->cut_length}))
		line_editor_beep(editor);
	line_editor_refresh(editor);
}

// Leaves the row of the line for the next one, below all of it.
static enum line_editor_event leave(struct line_editor *editor, enum line_editor_event event, struct text mark)
{
	if (editor->cursor != editor->length) {
		editor->cursor = editor->length;
		line_editor_refresh(editor);
	}
	line_editor_write(editor, mark);
	line_editor_write(editor, TEXT("\n"));
	return event;
}

static enum line_editor_event press_control(struct line_editor *editor, uint32_t letter)
{
	struct text line = line_editor_line(editor);
	switch (letter) {
	case 'a':
		move_to(editor, 0);
		break;
	case 'b':
		move_to(editor, utf8_previous(line, editor->cursor));
		break;
	case 'c':
		return leave(editor, LINE_EDITOR_GIVEN_UP, TEXT("^C"));
	case 'd':
		if (editor->length == 0)
			return leave(editor, LINE_EDITOR_END, TEXT(""));
		remove_and_show(editor, editor->cursor, utf8_next(line, editor->cursor));
		break;
	case 'e':
		move_to(editor, editor->length);
		break;
	case 'f':
		move_to(editor, utf8_next(line, editor->cursor));
		break;
	case 'k':
		cut_and_show(editor, editor->cursor, editor->length);
		break;
	case 'l':
		line_editor_write(editor, TEXT("\033[H\033[2J"));
		line_editor_refresh(editor);
		break;
	case 'n':
		go_newer(editor);
		break;
	case 'p':
		go_older(editor);
		break;
	case 'u':
		cut_and_show(editor, 0, editor->cursor);
		break;
	case 'w':
		cut_and_show(editor, word_start(editor), editor->cursor);
		break;
	case 'y':
		put_back(editor);
		break;
	default:
		break;
	}
	return LINE_EDITOR_EDITING;
}

enum line_editor_event line_editor_press(struct line_editor *editor, struct key key)
{
	struct text line = line_editor_line(editor);
	bool completed = editor->completed;
	editor->completed = false;
	switch (key.code) {
	case KEY_CHARACTER:
		insert_character(editor, key.character);
		break;
	case KEY_CONTROL:
		return press_control(editor, key.character);
	case KEY_ENTER:
		return leave(editor, LINE_EDITOR_LINE, TEXT(""));
	case KEY_TAB:
		editor->completed = completed;
		line_editor_complete(editor);
		break;
	case KEY_BACKSPACE:
		remove_and_show(editor, utf8_previous(line, editor->cursor), editor->cursor);
		break;
	case KEY_DELETE:
		remove_and_show(editor, editor->cursor, utf8_next(line, editor->cursor));
		break;
	case KEY_LEFT:
		move_to(editor, utf8_previous(line, editor->cursor));
		break;
	case KEY_RIGHT:
		move_to(editor, utf8_next(line, editor->cursor));
		break;
	case KEY_HOME:
		move_to(editor, 0);
		break;
	case KEY_END:
		move_to(editor, editor->length);
		break;
	case KEY_UP:
		go_older(editor);
		break;
	case KEY_DOWN:
		go_newer(editor);
		break;
	case KEY_INSERT:
	case KEY_ESCAPE:
	case KEY_PAGE_UP:
	case KEY_PAGE_DOWN:
		break;
	}
	return LINE_EDITOR_EDITING;
}

void line_editor_start(struct line_editor *editor, const struct line_editor_hooks *hooks, struct line_history *history,
	struct text prompt, size_t columns)
{
	editor->hooks = hooks;
	editor->history = history;
	editor->prompt = prompt;
	editor->columns = columns < LINE_EDITOR_COLUMNS_MIN ? LINE_EDITOR_COLUMNS_MIN : columns;
	editor->length = 0;
	editor->cursor = 0;
	editor->draft_length = 0;
	editor->age = 0;
	editor->completed = false;
	line_editor_write(editor, prompt);
}
