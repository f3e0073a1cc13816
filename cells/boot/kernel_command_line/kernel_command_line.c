#include "cells/boot/kernel_command_line/kernel_command_line.h"

static CELL_STATE_ZERO struct {
	size_t length;
	size_t script_length;
	bool has_script;
	char options[KERNEL_COMMAND_LINE_CAPACITY];
	char script[KERNEL_COMMAND_LINE_SCRIPT_CAPACITY];
} state;

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

enum status kernel_command_line_set(struct text whole)
{
	state.length = 0;
	return kernel_command_line_append(whole);
}

enum status kernel_command_line_append(struct text more)
{
	more = text_trim(more);
	if (more.length == 0)
		return STATUS_OK;
	size_t separator = state.length > 0;
	if (more.length > sizeof state.options - state.length ||
		more.length + separator > sizeof state.options - state.length)
		return STATUS_OUT_OF_RANGE;
	if (separator) {
		AT(state.options, state.length) = ' ';
		state.length++;
	}
	for (size_t i = 0; i < more.length; i++)
		AT(state.options, state.length + i) = text_at(more, i);
	state.length += more.length;
	return STATUS_OK;
}

struct text kernel_command_line_whole(void)
{
	return (struct text){state.options, state.length};
}

// Takes the next option off the front of `rest`; blanks between double quotes are part of it.
static bool next_option(struct text *rest, struct text *option)
{
	size_t start = 0;
	while (start < rest->length && is_blank(text_at(*rest, start)))
		start++;
	size_t end = start;
	bool quoted = false;
	while (end < rest->length && (quoted || !is_blank(text_at(*rest, end)))) {
		if (text_at(*rest, end) == '"')
			quoted = !quoted;
		end++;
	}
	*option = text_slice(*rest, start, end);
	*rest = text_slice(*rest, end, rest->length);
	return option->length > 0;
}

static struct text without_quotes(struct text value)
{
	if (value.length >= 2 && text_at(value, 0) == '"' && text_at(value, value.length - 1) == '"')
		return text_slice(value, 1, value.length - 1);
	return value;
}

enum status kernel_command_line_get(struct text key, struct text *value)
{
	enum status result = STATUS_NOT_FOUND;
	struct text rest = kernel_command_line_whole();
	struct text option;
	while (next_option(&rest, &option)) {
		size_t equals = text_find(option, '=');
		if (!text_equal(text_slice(option, 0, equals), key))
			continue;
		*value = without_quotes(text_slice(option, equals + 1, option.length));
		result = STATUS_OK;
	}
	return result;
}

bool kernel_command_line_flag(struct text key)
{
	struct text value;
	if (kernel_command_line_get(key, &value))
		return false;
	return !text_equal(value, TEXT("no")) && !text_equal(value, TEXT("off")) && !text_equal(value, TEXT("0"));
}

enum status kernel_command_line_set_exec_script(struct text script)
{
	if (script.length > sizeof state.script)
		return STATUS_OUT_OF_RANGE;
	for (size_t i = 0; i < script.length; i++)
		AT(state.script, i) = text_at(script, i);
	state.script_length = script.length;
	state.has_script = true;
	return STATUS_OK;
}

enum status kernel_command_line_exec_script(struct text *script)
{
	if (!state.has_script)
		return STATUS_NOT_FOUND;
	*script = (struct text){state.script, state.script_length};
	return STATUS_OK;
}
