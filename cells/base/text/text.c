#include "cells/base/text/text.h"

struct text text_from(const char *string)
{
	if (!string)
		return TEXT("");
	size_t length = 0;
	while (RAW(string[length]) != '\0')
		length++;
	return (struct text){string, length};
}

struct text text_from_array(const char *array, size_t capacity)
{
	size_t length = 0;
	while (length < capacity && RAW(array[length]) != '\0')
		length++;
	return (struct text){array, length};
}

char text_at(struct text view, size_t index)
{
	return RAW(view.start[index_in_bounds(index, view.length)]);
}

struct text text_slice(struct text view, size_t from, size_t to)
{
	if (to > view.length)
		to = view.length;
	if (from >= to)
		return TEXT("");
	return (struct text){RAW(view.start + from), to - from};
}

int text_compare(struct text a, struct text b)
{
	for (size_t i = 0; i < a.length && i < b.length; i++) {
		unsigned char of_a = (unsigned char)text_at(a, i);
		unsigned char of_b = (unsigned char)text_at(b, i);
		if (of_a != of_b)
			return of_a < of_b ? -1 : 1;
	}
	if (a.length == b.length)
		return 0;
	return a.length < b.length ? -1 : 1;
}

int text_equal(struct text a, struct text b)
{
	return a.length == b.length && text_compare(a, b) == 0;
}

int text_starts_with(struct text view, struct text prefix)
{
	return text_equal(text_slice(view, 0, prefix.length), prefix);
}

size_t text_find(struct text view, char character)
{
	size_t place = 0;
	while (place < view.length && text_at(view, place) != character)
		place++;
	return place;
}

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

struct text text_trim(struct text view)
{
	size_t from = 0;
	size_t to = view.length;
	while (from < to && is_blank(text_at(view, from)))
		from++;
	while (to > from && is_blank(text_at(view, to - 1)))
		to--;
	return text_slice(view, from, to);
}

enum status text_next_word(struct text *rest, struct text *word)
{
	size_t from = 0;
	while (from < rest->length && is_blank(text_at(*rest, from)))
		from++;
	if (from == rest->length)
		return STATUS_END;
	size_t to = from;
	while (to < rest->length && !is_blank(text_at(*rest, to)))
		to++;
	*word = text_slice(*rest, from, to);
	*rest = text_slice(*rest, to, rest->length);
	return STATUS_OK;
}

// The value of a digit, or 16 when it is none.
static unsigned digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return (unsigned)(digit - '0');
	if (digit >= 'a' && digit <= 'f')
		return (unsigned)(digit - 'a') + 10;
	if (digit >= 'A' && digit <= 'F')
		return (unsigned)(digit - 'A') + 10;
	return 16;
}

enum status text_to_u64(struct text view, uint64_t *value)
{
	unsigned base = 10;
	struct text digits = view;
	if (text_starts_with(view, TEXT("0x"))) {
		base = 16;
		digits = text_slice(view, 2, view.length);
	}
	if (digits.length == 0)
		return STATUS_MALFORMED;
	uint64_t sum = 0;
	bool fits = true;
	for (size_t i = 0; i < digits.length; i++) {
		unsigned digit = digit_value(text_at(digits, i));
		if (digit >= base)
			return STATUS_MALFORMED;
		if (__builtin_mul_overflow(sum, base, &sum) || __builtin_add_overflow(sum, digit, &sum))
			fits = false; // a bad digit further on is still the better answer
	}
	if (!fits)
		return STATUS_OUT_OF_RANGE;
	*value = sum;
	return STATUS_OK;
}

enum status text_copy(struct text view, char *buffer, size_t capacity)
{
	if (view.length >= capacity)
		return STATUS_OUT_OF_RANGE;
	if (view.length != 0)
		__builtin_memcpy(buffer, view.start, view.length);
	RAW(buffer[view.length] = '\0');
	return STATUS_OK;
}
