#include "cells/console/command_words/command_words.h"

// A walk through a line, character by character.
struct scan {
	struct text line;
	size_t place;
	char quote; // the quote that is open; 0: none
	bool in_word;
	bool in_comment;
};

enum found {
	FOUND_CHARACTER, // part of a word
	FOUND_NOTHING,   // a blank, a quote, a comment
	FOUND_SEPARATOR, // the end of a command
	FOUND_LINE_END,
	FOUND_LOOSE_BACKSLASH,
};

static bool ends_line(char character)
{
	return character == '\n' || character == '\r';
}

// What a backslash keeps: the character behind it.
static enum found escaped(struct scan *scan, char *character)
{
	if (scan->place == scan->line.length)
		return FOUND_LOOSE_BACKSLASH;
	*character = text_at(scan->line, scan->place++);
	scan->in_word = true;
	return FOUND_CHARACTER;
}

static enum found step_in_quote(struct scan *scan, char *character)
{
	if (*character == scan->quote) {
		scan->quote = '\0';
		return FOUND_NOTHING;
	}
	if (*character == '\\' && scan->quote == '"')
		return escaped(scan, character);
	return FOUND_CHARACTER;
}

// Takes one character, or an escaped one.
static enum found step(struct scan *scan, char *character)
{
	if (scan->place == scan->line.length)
		return FOUND_LINE_END;
	*character = text_at(scan->line, scan->place++);
	if (scan->in_comment) {
		if (!ends_line(*character))
			return FOUND_NOTHING;
		scan->in_comment = false;
		return FOUND_SEPARATOR;
	}
	if (scan->quote != '\0')
		return step_in_quote(scan, character);
	switch (*character) {
	case ';':
	case '\n':
	case '\r':
		scan->in_word = false;
		return FOUND_SEPARATOR;
	case ' ':
	case '\t':
		scan->in_word = false;
		return FOUND_NOTHING;
	case '\'':
	case '"':
		scan->quote = *character;
		scan->in_word = true;
		return FOUND_NOTHING;
	case '\\':
		return escaped(scan, character);
	case '#':
		if (scan->in_word)
			break;
		scan->in_comment = true;
		return FOUND_NOTHING;
	default:
		break;
	}
	scan->in_word = true;
	return FOUND_CHARACTER;
}

static enum status add_character(struct command_words *words, char character, struct diagnosis *why)
{
	if (words->used == sizeof words->characters)
		return diagnosis_set(
			why, STATUS_OUT_OF_RANGE, "a command has at most %d characters", COMMAND_WORDS_CAPACITY);
	AT(words->characters, words->used) = character;
	words->used++;
	return STATUS_OK;
}

static enum status add_word(struct command_words *words, size_t start, bool is_first, struct diagnosis *why)
{
	struct text word = text_slice((struct text){words->characters, words->used}, start, words->used);
	if (is_first) {
		words->name = word;
		return STATUS_OK;
	}
	enum status status = command_arguments_add(&words->arguments, word);
	if (status)
		return diagnosis_set(why, status, "a command has at most %d arguments", COMMAND_ARGUMENTS_CAPACITY);
	return STATUS_OK;
}

// The words up to the next separator. `*has_words` tells a command from nothing at all.
static enum status take_words(struct scan *scan, struct command_words *words, bool *has_words, struct diagnosis *why)
{
	enum status result = STATUS_OK;
	size_t start = 0;
	bool was_in_word = false;
	*has_words = false;
	for (;;) {
		char character = '\0';
		enum found found = step(scan, &character);
		if (found == FOUND_LOOSE_BACKSLASH)
			return diagnosis_set(why, STATUS_MALFORMED, "nothing follows the backslash at the end");
		if (found == FOUND_LINE_END && scan->quote != '\0')
			return diagnosis_set(why, STATUS_MALFORMED, "a %c is not closed", scan->quote);
		bool is_over = found == FOUND_LINE_END || found == FOUND_SEPARATOR;
		// Failures are kept while the scan goes on, so that it ends behind the command.
		if (was_in_word && (!scan->in_word || is_over)) {
			if (!result)
				result = add_word(words, start, !*has_words, why);
			*has_words = true;
			was_in_word = false;
			start = words->used;
		}
		if (is_over)
			return result;
		if (found == FOUND_CHARACTER && !result)
			result = add_character(words, character, why);
		was_in_word = scan->in_word;
	}
}

enum status command_words_next(struct text *rest, struct command_words *words, struct diagnosis *why)
{
	struct scan scan = {.line = *rest};
	enum status status = STATUS_OK;
	bool has_words = false;
	do {
		words->name = TEXT("");
		words->arguments.count = 0;
		words->used = 0;
		status = take_words(&scan, words, &has_words, why);
	} while (!status && !has_words && scan.place < scan.line.length);
	*rest = text_slice(scan.line, scan.place, scan.line.length);
	if (!status && !has_words)
		return STATUS_END;
	return status;
}

struct text command_words_unfinished(struct text line)
{
	struct scan scan = {.line = line};
	size_t start = 0;
	for (;;) {
		char character = '\0';
		enum found found = step(&scan, &character);
		if (found == FOUND_LINE_END || found == FOUND_LOOSE_BACKSLASH)
			return text_slice(line, start, line.length);
		if (found == FOUND_SEPARATOR)
			start = scan.place;
	}
}
