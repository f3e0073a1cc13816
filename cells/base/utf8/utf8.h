// UTF-8: characters (Unicode code points) to bytes and back.
//
// Malformed input is never an error here: each broken sequence becomes one U+FFFD, so that a bad byte on a serial line
// shows as a mark and harms nothing. Overlong forms, surrogates and values beyond U+10FFFF are malformed.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: The Unicode Standard 15.0, section 3.9 (table 3-7).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

enum { UTF8_REPLACEMENT = 0xFFFD, UTF8_BYTES_MAX = 4 };

// A decoder between two bytes. Begins as {}.
struct utf8_decoder {
	uint32_t partial; // the bits so far
	uint32_t least;   // the smallest value that needs so many bytes
	unsigned missing; // bytes that are still to come
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes one byte and gives the characters that are complete with it: none, one, or two (U+FFFD for a sequence that this
// byte breaks off, then the byte's own). Returns how many.
size_t utf8_decode(struct utf8_decoder *decoder, unsigned char byte, uint32_t (*characters)[2]);

// Writes the bytes of `character` and returns how many. What is no character is written as U+FFFD.
size_t utf8_encode(uint32_t character, char (*bytes)[UTF8_BYTES_MAX]);

// The place where the character after, or before, the one at `place` begins; the ends of the text stop it.
size_t utf8_next(struct text text, size_t place);
size_t utf8_previous(struct text text, size_t place);

// How many characters begin in the text.
size_t utf8_count(struct text text);

#ifdef __cplusplus
}
#endif
