// Checked views of characters: names, commands, messages. Not terminated by a zero byte.
//
// A view owns nothing: it is a borrow, and must not outlive the characters it looks at.
//
// Context: pure; no allocation, no lock; callable from anywhere.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"

struct text {
	const char *start;
	size_t length; // in bytes
};

// A view of a string literal.
#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})

// Two arguments for "%.*s".
#define TEXT_ARGUMENTS(view) (int)(view).length, (view).start

#ifdef __cplusplus
extern "C" {
#endif

// A view of the zero-terminated `string`; an empty view for a null pointer.
struct text text_from(const char *string);

// A view of the characters of `array` up to its first zero byte, at most `capacity`.
struct text text_from_array(const char *array, size_t capacity);

// Character `index`. Panics beyond the end.
char text_at(struct text view, size_t index);

// The characters from `from` up to and without `to`. Both are clamped to the length; an empty view if from >= to.
struct text text_slice(struct text view, size_t from, size_t to);

// Order by bytes: negative, 0 or positive as `a` comes before, is equal to, or comes after `b`.
int text_compare(struct text a, struct text b);
int text_equal(struct text a, struct text b);               // 1 or 0
int text_starts_with(struct text view, struct text prefix); // 1 or 0

// The first place of `character`, or view.length if there is none.
size_t text_find(struct text view, char character);

// The view without blanks (space, tab, carriage return, line feed) at both ends.
struct text text_trim(struct text view);

// Takes the next word (separated by blanks) off the front of `rest`. STATUS_END: none is left.
MUST_USE enum status text_next_word(struct text *rest, struct text *word);

// An unsigned number: decimal, or hexadecimal after "0x". STATUS_MALFORMED: anything else is in the text.
// STATUS_OUT_OF_RANGE: it does not fit 64 bits.
MUST_USE enum status text_to_u64(struct text view, uint64_t *value);

// Copies the characters and a terminating zero into `buffer`. STATUS_OUT_OF_RANGE: they do not fit; nothing is written.
MUST_USE enum status text_copy(struct text view, char *buffer, size_t capacity);

#ifdef __cplusplus
}
#endif
