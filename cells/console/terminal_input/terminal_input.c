#include "cells/console/terminal_input/terminal_input.h"

enum { ESCAPE = 0x1B, NUMBER_MAX = 9999 };

// The key of "ESC [ letter" and "ESC O letter". KEY_CHARACTER: there is none.
static enum key_code key_of_letter(unsigned char letter)
{
	switch (letter) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return KEY_RIGHT;
	case 'D':
		return KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	default:
		return KEY_CHARACTER;
	}
}

// The key of "ESC [ number ~". KEY_CHARACTER: there is none.
static enum key_code key_of_number(unsigned number)
{
	switch (number) {
	case 1:
	case 7:
		return KEY_HOME;
	case 2:
		return KEY_INSERT;
	case 3:
		return KEY_DELETE;
	case 4:
	case 8:
		return KEY_END;
	case 5:
		return KEY_PAGE_UP;
	case 6:
		return KEY_PAGE_DOWN;
	default:
		return KEY_CHARACTER;
	}
}

static size_t emit(struct key (*keys)[2], enum key_code code)
{
	if (code == KEY_CHARACTER)
		return 0;
	AT(*keys, 0) = (struct key){code, 0};
	return 1;
}

static size_t take_in_sequence(struct terminal_input *input, unsigned char byte, struct key (*keys)[2])
{
	if (byte >= '0' && byte <= '9') {
		if (!input->number_is_over && input->number <= NUMBER_MAX)
			input->number = input->number * 10 + (unsigned)(byte - '0');
		return 0;
	}
	if (byte >= 0x20 && byte <= 0x3F) { // further parameters and intermediate bytes
		input->number_is_over = true;
		return 0;
	}
	input->place = TERMINAL_INPUT_TEXT;
	if (byte == '~')
		return emit(keys, key_of_number(input->number));
	return emit(keys, key_of_letter(byte));
}

static size_t take_text(struct terminal_input *input, unsigned char byte, struct key (*keys)[2])
{
	bool second_half = input->after_return && byte == '\n';
	input->after_return = byte == '\r';
	if (second_half)
		return 0;
	uint32_t characters[2];
	size_t count = utf8_decode(&input->decoder, byte, &characters);
	for (size_t i = 0; i < count; i++)
		AT(*keys, i) = key_from_character(AT(characters, i));
	return count;
}

static size_t take_escape(struct terminal_input *input, struct key (*keys)[2])
{
	// A character that the ESC breaks off is given, as damaged, before the sequence.
	uint32_t characters[2];
	size_t count = utf8_decode(&input->decoder, ESCAPE, &characters);
	input->place = TERMINAL_INPUT_ESCAPE;
	input->after_return = false;
	if (count == 1)
		return 0;
	AT(*keys, 0) = key_from_character(AT(characters, 0));
	return 1;
}

size_t terminal_input_take(struct terminal_input *input, unsigned char byte, struct key (*keys)[2])
{
	if (byte == ESCAPE) {
		if (input->place == TERMINAL_INPUT_ESCAPE)
			return emit(keys, KEY_ESCAPE); // the one before was a key; this one may begin a sequence
		return take_escape(input, keys);
	}
	switch (input->place) {
	case TERMINAL_INPUT_TEXT:
		return take_text(input, byte, keys);
	case TERMINAL_INPUT_SEQUENCE:
		return take_in_sequence(input, byte, keys);
	case TERMINAL_INPUT_SINGLE:
		input->place = TERMINAL_INPUT_TEXT;
		return emit(keys, key_of_letter(byte));
	case TERMINAL_INPUT_ESCAPE:
		break;
	}
	input->place = TERMINAL_INPUT_TEXT;
	if (byte == '[') {
		input->place = TERMINAL_INPUT_SEQUENCE;
		input->number = 0;
		input->number_is_over = false;
	} else if (byte == 'O') {
		input->place = TERMINAL_INPUT_SINGLE;
	}
	return 0; // ESC and another character is Alt with it, which means nothing here
}

bool terminal_input_pause(struct terminal_input *input, struct key *key)
{
	if (input->place != TERMINAL_INPUT_ESCAPE)
		return false;
	input->place = TERMINAL_INPUT_TEXT;
	*key = (struct key){KEY_ESCAPE, 0};
	return true;
}
