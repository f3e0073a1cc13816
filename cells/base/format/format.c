#include "cells/base/format/format.h"

#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

enum { LONGEST_NUMBER = 22 }; // 2^64 - 1 in octal

// The text so far. `length` counts what does not fit, too.
struct output {
	struct bytes_mut buffer;
	size_t length;
};

enum length_modifier { LENGTH_CHAR, LENGTH_SHORT, LENGTH_INT, LENGTH_LONG, LENGTH_LONG_LONG };

// One directive, from its % to its letter.
struct directive {
	bool left;
	bool zero;
	bool plus;
	bool space;
	bool alternate;
	bool has_precision;
	size_t width;
	size_t precision;
	enum length_modifier length;
	bool has_length;
	char letter;
};

// A va_list is an array on x86-64, and decays when it is passed on; inside a struct it does not.
struct arguments {
	va_list list;
};

// Whether one more character fits; the last byte is kept for the zero.
static bool has_room(const struct output *out)
{
	return out->length < out->buffer.size_bytes && out->length + 1 < out->buffer.size_bytes;
}

static void put(struct output *out, char character)
{
	if (has_room(out))
		bytes_mut_set(out->buffer, out->length, (unsigned char)character);
	out->length++;
}

static void put_times(struct output *out, char character, size_t count)
{
	for (; count > 0 && has_room(out); count--)
		put(out, character);
	out->length += count;
}

static void put_text(struct output *out, struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		put(out, text_at(text, i));
}

static char peek(struct text rest)
{
	return rest.length == 0 ? '\0' : text_at(rest, 0);
}

static void skip(struct text *rest)
{
	*rest = text_slice(*rest, 1, rest->length);
}

// A width or precision in the format. What is too large for an int is clamped to the largest, as no text is so long.
static size_t take_number(struct text *rest)
{
	size_t number = 0;
	for (char digit = peek(*rest); digit >= '0' && digit <= '9'; digit = peek(*rest)) {
		number = number * 10 + (size_t)(digit - '0');
		if (number > INT32_MAX)
			number = INT32_MAX;
		skip(rest);
	}
	return number;
}

static void take_flags(struct text *rest, struct directive *directive)
{
	for (;; skip(rest)) {
		switch (peek(*rest)) {
		case '-':
			directive->left = true;
			break;
		case '0':
			directive->zero = true;
			break;
		case '+':
			directive->plus = true;
			break;
		case ' ':
			directive->space = true;
			break;
		case '#':
			directive->alternate = true;
			break;
		default:
			return;
		}
	}
}

static void take_width(struct text *rest, struct directive *directive, struct arguments *arguments)
{
	if (peek(*rest) != '*') {
		directive->width = take_number(rest);
		return;
	}
	skip(rest);
	int width = va_arg(arguments->list, int);
	if (width < 0) {
		directive->left = true;
		directive->width = -(size_t)width;
	} else {
		directive->width = (size_t)width;
	}
}

static void take_precision(struct text *rest, struct directive *directive, struct arguments *arguments)
{
	if (peek(*rest) != '.')
		return;
	skip(rest);
	directive->has_precision = true;
	if (peek(*rest) != '*') {
		directive->precision = take_number(rest);
		return;
	}
	skip(rest);
	int precision = va_arg(arguments->list, int);
	directive->has_precision = precision >= 0; // a negative one counts as none
	directive->precision = precision >= 0 ? (size_t)precision : 0;
}

static void take_length(struct text *rest, struct directive *directive)
{
	char first = peek(*rest);
	directive->length = LENGTH_INT;
	switch (first) {
	case 'h':
		directive->length = LENGTH_SHORT;
		break;
	case 'l':
	case 'z':
	case 't':
	case 'j':
		directive->length = LENGTH_LONG;
		break;
	default:
		return;
	}
	directive->has_length = true;
	skip(rest);
	if (first == 'h' && peek(*rest) == 'h') {
		directive->length = LENGTH_CHAR;
		skip(rest);
	} else if (first == 'l' && peek(*rest) == 'l') {
		directive->length = LENGTH_LONG_LONG;
		skip(rest);
	}
}

static void put_padded(struct output *out, const struct directive *directive, struct text text)
{
	size_t padding = directive->width > text.length ? directive->width - text.length : 0;
	if (!directive->left)
		put_times(out, ' ', padding);
	put_text(out, text);
	if (directive->left)
		put_times(out, ' ', padding);
}

// The digits of `value` at the end of `digits`; returns how many. Zero has one digit.
static size_t write_digits(char (*digits)[LONGEST_NUMBER], uint64_t value, unsigned base, bool capitals)
{
	size_t count = 0;
	do {
		unsigned digit = (unsigned)(value % base);
		char letter = (char)((capitals ? 'A' : 'a') + (int)digit - 10);
		count++;
		AT(*digits, LONGEST_NUMBER - count) = digit < 10 ? (char)('0' + (int)digit) : letter;
		value /= base;
	} while (value != 0);
	return count;
}

// A number is: padding, sign or base prefix, zeros, digits, padding.
static void put_number(
	struct output *out, const struct directive *directive, uint64_t magnitude, struct text prefix, unsigned base)
{
	char digits[LONGEST_NUMBER];
	size_t count = write_digits(&digits, magnitude, base, directive->letter == 'X');
	if (magnitude == 0 && directive->has_precision && directive->precision == 0)
		count = 0;
	size_t zeros = directive->has_precision && directive->precision > count ? directive->precision - count : 0;
	bool octal_mark = base == 8 && directive->alternate && zeros == 0;
	if (octal_mark && (count == 0 || magnitude != 0))
		zeros = 1; // the # of octal asks for a zero in front, whichever way it gets there
	size_t length = prefix.length + zeros + count;
	size_t padding = directive->width > length ? directive->width - length : 0;
	if (directive->zero && !directive->left && !directive->has_precision) {
		zeros += padding;
		padding = 0;
	}
	if (!directive->left)
		put_times(out, ' ', padding);
	put_text(out, prefix);
	put_times(out, '0', zeros);
	put_text(out, text_slice((struct text){digits, LONGEST_NUMBER}, LONGEST_NUMBER - count, LONGEST_NUMBER));
	if (directive->left)
		put_times(out, ' ', padding);
}

static int64_t take_signed(const struct directive *directive, struct arguments *arguments)
{
	switch (directive->length) {
	case LENGTH_CHAR:
		return (signed char)va_arg(arguments->list, int);
	case LENGTH_SHORT:
		return (short)va_arg(arguments->list, int);
	case LENGTH_LONG:
		return va_arg(arguments->list, long);
	case LENGTH_LONG_LONG:
		return va_arg(arguments->list, long long);
	case LENGTH_INT:
		break;
	}
	return va_arg(arguments->list, int);
}

static uint64_t take_unsigned(const struct directive *directive, struct arguments *arguments)
{
	switch (directive->length) {
	case LENGTH_CHAR:
		return (unsigned char)va_arg(arguments->list, unsigned);
	case LENGTH_SHORT:
		return (unsigned short)va_arg(arguments->list, unsigned);
	case LENGTH_LONG:
		return va_arg(arguments->list, unsigned long);
	case LENGTH_LONG_LONG:
		return va_arg(arguments->list, unsigned long long);
	case LENGTH_INT:
		break;
	}
	return va_arg(arguments->list, unsigned);
}

static void put_signed(struct output *out, const struct directive *directive, struct arguments *arguments)
{
	int64_t value = take_signed(directive, arguments);
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
	struct text sign = TEXT("");
	if (value < 0)
		sign = TEXT("-");
	else if (directive->plus)
		sign = TEXT("+");
	else if (directive->space)
		sign = TEXT(" ");
	put_number(out, directive, magnitude, sign, 10);
}

static void put_hexadecimal(struct output *out, const struct directive *directive, struct arguments *arguments)
{
	uint64_t value = take_unsigned(directive, arguments);
	struct text prefix = TEXT("");
	if (directive->alternate && value != 0)
		prefix = directive->letter == 'X' ? TEXT("0X") : TEXT("0x");
	put_number(out, directive, value, prefix, 16);
}

static void put_string(struct output *out, const struct directive *directive, struct arguments *arguments)
{
	const char *string = va_arg(arguments->list, const char *);
	if (!string) {
		// All of the word or nothing, so that half a word is never taken for content.
		struct text word = TEXT("(null)");
		bool fits = !directive->has_precision || directive->precision >= word.length;
		put_padded(out, directive, fits ? word : TEXT(""));
	} else if (directive->has_precision) {
		// Such a string need not be terminated.
		put_padded(out, directive, text_from_array(string, directive->precision));
	} else {
		put_padded(out, directive, text_from(string));
	}
}

static void put_pointer(struct output *out, const struct directive *directive, struct arguments *arguments)
{
	uintptr_t address = va_arg(arguments->list, uintptr_t); // a pointer is passed as such a number
	if (address == 0)
		put_padded(out, directive, TEXT("(nil)"));
	else
		put_number(out, directive, address, TEXT("0x"), 16);
}

// False if the letter is not known; nothing is written then.
static bool put_directive(struct output *out, const struct directive *directive, struct arguments *arguments)
{
	switch (directive->letter) {
	case 'd':
	case 'i':
		put_signed(out, directive, arguments);
		return true;
	case 'u':
		put_number(out, directive, take_unsigned(directive, arguments), TEXT(""), 10);
		return true;
	case 'x':
	case 'X':
		put_hexadecimal(out, directive, arguments);
		return true;
	case 'o':
		put_number(out, directive, take_unsigned(directive, arguments), TEXT(""), 8);
		return true;
	default:
		break;
	}
	if (directive->has_length)
		return false; // wide characters are not known here
	switch (directive->letter) {
	case 'c': {
		char character = (char)va_arg(arguments->list, int);
		put_padded(out, directive, (struct text){&character, 1});
		return true;
	}
	case 's':
		put_string(out, directive, arguments);
		return true;
	case 'p':
		put_pointer(out, directive, arguments);
		return true;
	case '%':
		put(out, '%');
		return true;
	default:
		return false;
	}
}

size_t format_text_list(char *buffer, size_t capacity, const char *format, va_list list)
{
	struct output out = {bytes_mut_from(buffer, capacity), 0};
	struct arguments arguments;
	va_copy(arguments.list, list);
	struct text rest = text_from(format);
	while (rest.length != 0) {
		struct text before = rest;
		if (peek(rest) != '%') {
			put(&out, peek(rest));
			skip(&rest);
			continue;
		}
		skip(&rest);
		struct directive directive = {};
		take_flags(&rest, &directive);
		take_width(&rest, &directive, &arguments);
		take_precision(&rest, &directive, &arguments);
		take_length(&rest, &directive);
		directive.letter = peek(rest);
		skip(&rest);
		if (!put_directive(&out, &directive, &arguments))
			put_text(&out, text_slice(before, 0, before.length - rest.length));
	}
	va_end(arguments.list);
	if (capacity != 0)
		bytes_mut_set(out.buffer, out.length < capacity ? out.length : capacity - 1, '\0');
	return out.length;
}

size_t format_text(char *buffer, size_t capacity, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	size_t length = format_text_list(buffer, capacity, format, arguments);
	va_end(arguments);
	return length;
}
