#include "cells/base/utf8/utf8.h"

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

static bool is_character(uint32_t value)
{
	bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
	return value <= 0x10FFFF && !is_surrogate;
}

// The first byte of a character. False: it cannot be one.
static bool begin(struct utf8_decoder *decoder, unsigned char byte)
{
	if (byte >= 0xC2 && byte <= 0xDF)
		*decoder = (struct utf8_decoder){byte & 0x1F, 0x80, 1};
	else if ((byte & 0xF0) == 0xE0)
		*decoder = (struct utf8_decoder){byte & 0x0F, 0x800, 2};
	else if (byte >= 0xF0 && byte <= 0xF4)
		*decoder = (struct utf8_decoder){byte & 0x07, 0x10000, 3};
	else
		return false;
	return true;
}

static size_t emit(uint32_t (*characters)[2], size_t count, uint32_t character)
{
	AT(*characters, count) = character;
	return count + 1;
}

size_t utf8_decode(struct utf8_decoder *decoder, unsigned char byte, uint32_t (*characters)[2])
{
	size_t count = 0;
	if (decoder->missing != 0) {
		if (is_continuation(byte)) {
			decoder->partial = decoder->partial << 6 | (byte & 0x3F);
			decoder->missing--;
			if (decoder->missing != 0)
				return 0;
			bool good = decoder->partial >= decoder->least && is_character(decoder->partial);
			return emit(characters, 0, good ? decoder->partial : UTF8_REPLACEMENT);
		}
		*decoder = (struct utf8_decoder){};
		count = emit(characters, 0, UTF8_REPLACEMENT);
	}
	if (byte < 0x80)
		return emit(characters, count, byte);
	if (!begin(decoder, byte))
		return emit(characters, count, UTF8_REPLACEMENT);
	return count;
}

static char continuation(uint32_t character, unsigned shift)
{
	return (char)(0x80 | (character >> shift & 0x3F));
}

size_t utf8_encode(uint32_t character, char (*bytes)[UTF8_BYTES_MAX])
{
	if (!is_character(character))
		character = UTF8_REPLACEMENT;
	if (character < 0x80) {
		AT(*bytes, 0) = (char)character;
		return 1;
	}
	if (character < 0x800) {
		AT(*bytes, 0) = (char)(0xC0 | character >> 6);
		AT(*bytes, 1) = continuation(character, 0);
		return 2;
	}
	if (character < 0x10000) {
		AT(*bytes, 0) = (char)(0xE0 | character >> 12);
		AT(*bytes, 1) = continuation(character, 6);
		AT(*bytes, 2) = continuation(character, 0);
		return 3;
	}
	AT(*bytes, 0) = (char)(0xF0 | character >> 18);
	AT(*bytes, 1) = continuation(character, 12);
	AT(*bytes, 2) = continuation(character, 6);
	AT(*bytes, 3) = continuation(character, 0);
	return 4;
}

size_t utf8_next(struct text text, size_t place)
{
	if (place >= text.length)
		return text.length;
	place++;
	while (place < text.length && is_continuation((unsigned char)text_at(text, place)))
		place++;
	return place;
}

size_t utf8_previous(struct text text, size_t place)
{
	if (place > text.length)
		place = text.length;
	if (place == 0)
		return 0;
	place--;
	while (place > 0 && is_continuation((unsigned char)text_at(text, place)))
		place--;
	return place;
}

size_t utf8_count(struct text text)
{
	size_t count = 0;
	for (size_t place = 0; place < text.length; place = utf8_next(text, place))
		count++;
	return count;
}
