// The bytes that a terminal sends, as keys: UTF-8 characters, control characters, and escape sequences for keys such as
// the arrows.
//
// An unknown sequence is swallowed whole, so that it never leaves its tail as text in a line.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: ECMA-48 5th edition, section 5.4 (control sequences); XTerm Control Sequences, "PC-Style Function Keys".
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/utf8/utf8.h"
#include "cells/console/key/key.h"

enum terminal_input_place {
	TERMINAL_INPUT_TEXT,
	TERMINAL_INPUT_ESCAPE,   // after ESC
	TERMINAL_INPUT_SEQUENCE, // after ESC [
	TERMINAL_INPUT_SINGLE,   // after ESC O
};

// A reader between two bytes. Begins as {}.
struct terminal_input {
	enum terminal_input_place place;
	struct utf8_decoder decoder;
	unsigned number;     // the first parameter of the sequence
	bool number_is_over; // a second one has begun
	bool after_return;   // the last byte was a carriage return: a line feed belongs to it
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes one byte; gives the keys that are complete with it and returns how many: none, one, or two.
size_t terminal_input_take(struct terminal_input *input, unsigned char byte, struct key (*keys)[2]);

// Says that nothing has come for a while: an ESC that nothing followed was the Escape key. True if so.
bool terminal_input_pause(struct terminal_input *input, struct key *key);

#ifdef __cplusplus
}
#endif
