#include "tools/depgraph/json_reader.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_LIMIT = 64 };

void json_reader_init(struct json_reader *r, struct bytes text, const char *origin, struct input_error *why)
{
	const char *start = (const char *)text.data;
	*r = (struct json_reader){
		.start = start, .at = start, .end = start + text.size_bytes, .origin = origin, .why = why};
}

void json_reader_free(struct json_reader *r)
{
	free(r->scratch);
	r->scratch = NULL;
}

bool json_refuse_at(struct json_reader *r, const char *where, const char *what)
{
	if (!r->failed)
		input_refuse(r->why, r->origin, "offset %zu: %s", (size_t)(where - r->start), what);
	r->failed = true;
	return false;
}

bool json_refuse(struct json_reader *r, const char *what)
{
	return json_refuse_at(r, r->at, what);
}

static void skip_blanks(struct json_reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

// Takes the sign if it is next.
static bool take(struct json_reader *r, char sign)
{
	skip_blanks(r);
	if (r->failed || r->at == r->end || *r->at != sign)
		return false;
	r->at++;
	return true;
}

static bool refuse_missing(struct json_reader *r, const char *what)
{
	return json_refuse(r, r->at == r->end ? "the text ends inside a value" : what);
}

bool json_begin_object(struct json_reader *r, struct json_fields *fields)
{
	fields->count = 0;
	return take(r, '{') || refuse_missing(r, "expected '{'");
}

bool json_begin_array(struct json_reader *r, bool *first)
{
	*first = true;
	return take(r, '[') || refuse_missing(r, "expected '['");
}

bool json_next_item(struct json_reader *r, bool *first)
{
	if (r->failed || take(r, ']'))
		return false;
	bool was_first = *first;
	*first = false;
	return was_first || take(r, ',') || refuse_missing(r, "expected ',' or ']'");
}

// ---- Strings ----

// Whether a byte stands for itself in a string, without a second look.
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c < 0x80;
}

size_t json_utf8_length(const char *at, size_t limit)
{
	const unsigned char *b = (const unsigned char *)at;
	size_t length = !limit || b[0] < 0x80         ? limit > 0
			: b[0] >= 0xc2 && b[0] < 0xe0 ? 2
			: b[0] >= 0xe0 && b[0] < 0xf0 ? 3
			: b[0] >= 0xf0 && b[0] < 0xf5 ? 4
						      : 0;
	if (!length || limit < length)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	bool overlong = (b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xf0 && b[1] < 0x90);
	bool surrogate = b[0] == 0xed && b[1] > 0x9f;
	bool beyond = b[0] == 0xf4 && b[1] > 0x8f;
	return overlong || surrogate || beyond ? 0 : length;
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static bool take_hex4(struct json_reader *r, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++) {
		int digit = r->at < r->end ? hex_value(*r->at) : -1;
		if (digit < 0)
			return json_refuse(r, "\\u needs four hexadecimal digits");
		*value = *value * 16 + (uint32_t)digit;
		r->at++;
	}
	return true;
}

static size_t put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static bool take_escape(struct json_reader *r, char *to, size_t *length)
{
	static const char signs[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *begin = r->at++;
	const char *sign = r->at < r->end && *r->at ? strchr(signs, *r->at) : NULL;
	if (sign) {
		to[(*length)++] = values[sign - signs];
		r->at++;
		return true;
	}
	uint32_t c, low;
	if (r->at == r->end || *r->at++ != 'u')
		return json_refuse_at(r, begin, "an unknown escape");
	if (!take_hex4(r, &c))
		return false;
	if (c >= 0xd800 && c < 0xdc00) {
		if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
			return json_refuse_at(r, begin, "half a surrogate pair");
		r->at += 2;
		if (!take_hex4(r, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return json_refuse_at(r, begin, "half a surrogate pair");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if (c >= 0xdc00 && c < 0xe000) {
		return json_refuse_at(r, begin, "half a surrogate pair");
	} else if (!c) {
		return json_refuse_at(r, begin, "a zero character in a string");
	}
	*length += put_utf8(to + *length, c);
	return true;
}

// A string that is more than plain characters: checked, and copied without its escapes. `begin` is after the quote.
static bool take_slow_string(struct json_reader *r, const char *begin, struct text *string)
{
	const char *end = begin; // the closing quote: an upper bound of the length
	while (end < r->end && *end != '"')
		end += *end == '\\' && r->end - end > 1 ? 2 : 1;
	size_t room = (size_t)(end - begin) + 4;
	if (r->scratch_capacity < room) {
		free(r->scratch);
		r->scratch = malloc(room);
		if (!r->scratch)
			abort();
		r->scratch_capacity = room;
	}
	size_t length = 0;
	r->at = begin;
	while (r->at < r->end && *r->at != '"') {
		unsigned char c = (unsigned char)*r->at;
		size_t sequence = json_utf8_length(r->at, (size_t)(r->end - r->at));
		if (c < 0x20)
			return json_refuse(r, "a control character in a string");
		if (!sequence)
			return json_refuse(r, "not UTF-8");
		if (c == '\\') {
			if (!take_escape(r, r->scratch, &length))
				return false;
			continue;
		}
		memcpy(r->scratch + length, r->at, sequence);
		length += sequence;
		r->at += sequence;
	}
	if (r->at == r->end)
		return json_refuse(r, "the text ends inside a string");
	r->at++;
	*string = (struct text){r->scratch, length};
	return true;
}

bool json_string(struct json_reader *r, struct text *string)
{
	if (!take(r, '"'))
		return refuse_missing(r, "expected a string");
	const char *begin = r->at;
	const char *at = begin;
	while (at < r->end && is_plain((unsigned char)*at))
		at++;
	if (at == r->end || *at != '"')
		return take_slow_string(r, begin, string);
	r->at = at + 1;
	*string = (struct text){begin, (size_t)(at - begin)};
	return true;
}

// ---- Fields ----

// Steps to the next name, if there is one; `is_first`: in the object.
static bool next_name(struct json_reader *r, bool is_first, struct text *name)
{
	if (r->failed || take(r, '}'))
		return false;
	if (!is_first && !take(r, ','))
		return refuse_missing(r, "expected ',' or '}'");
	skip_blanks(r);
	return json_string(r, name);
}

static bool take_colon(struct json_reader *r)
{
	return take(r, ':') || refuse_missing(r, "expected ':'");
}

bool json_next_field(struct json_reader *r, struct json_fields *fields, struct text *name)
{
	if (!next_name(r, fields->count == 0, name))
		return false;
	const char *begin = r->at - name->length - 1; // behind the quote, if nothing is escaped
	if (begin[-1] != '"' || memchr(begin, '\\', name->length))
		return json_refuse(r, "the name of a field has an escape");
	*name = (struct text){begin, name->length};
	for (size_t i = 0; i < fields->count; i++) {
		const struct text *other = &fields->names[i];
		if (other->length == name->length && memcmp(other->start, begin, name->length) == 0)
			return json_refuse_at(r, begin - 1, "the field stands twice in one object");
	}
	if (fields->count == JSON_FIELDS_LIMIT)
		return json_refuse_at(r, begin - 1, "the object has too many fields");
	fields->names[fields->count++] = *name;
	return take_colon(r);
}

// ---- Other values ----

bool json_number(struct json_reader *r, uint64_t *number)
{
	skip_blanks(r);
	const char *begin = r->at;
	uint64_t value = 0;
	while (!r->failed && r->at < r->end && *r->at >= '0' && *r->at <= '9') {
		if (value > (INT64_MAX - 9) / 10)
			return json_refuse_at(r, begin, "the number is too large");
		value = value * 10 + (uint64_t)(*r->at++ - '0');
	}
	bool more = r->at < r->end && (*r->at == '.' || *r->at == 'e' || *r->at == 'E');
	if (r->at == begin || more || (*begin == '0' && r->at - begin > 1))
		return json_refuse_at(r, begin, "expected an integer from 0 on");
	*number = value;
	return true;
}

static bool take_word(struct json_reader *r, const char *word)
{
	size_t length = strlen(word);
	skip_blanks(r);
	if (r->failed || (size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
		return false;
	r->at += length;
	return true;
}

bool json_boolean(struct json_reader *r, bool *boolean)
{
	*boolean = take_word(r, "true");
	return *boolean || take_word(r, "false") || refuse_missing(r, "expected true or false");
}

static size_t take_digits(struct json_reader *r)
{
	const char *begin = r->at;
	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - begin);
}

static bool skip_number(struct json_reader *r)
{
	const char *begin = r->at;
	r->at += *r->at == '-';
	bool zero = r->at < r->end && *r->at == '0';
	size_t digits = take_digits(r);
	bool good = digits && !(zero && digits > 1);
	if (good && r->at < r->end && *r->at == '.') {
		r->at++;
		good = take_digits(r);
	}
	if (good && r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
		r->at++;
		r->at += r->at < r->end && (*r->at == '+' || *r->at == '-');
		good = take_digits(r);
	}
	return good || json_refuse_at(r, begin, "not a value");
}

static bool skip(struct json_reader *r, unsigned depth)
{
	bool first = true;
	struct text ignored;
	skip_blanks(r);
	if (r->failed || r->at == r->end)
		return refuse_missing(r, "");
	if (depth == DEPTH_LIMIT)
		return json_refuse(r, "too many values within each other");
	switch (*r->at) {
	case '{':
		r->at++;
		while (next_name(r, first, &ignored) && take_colon(r) && skip(r, depth + 1))
			first = false;
		return !r->failed;
	case '[':
		json_begin_array(r, &first);
		while (json_next_item(r, &first) && skip(r, depth + 1))
			;
		return !r->failed;
	case '"':
		return json_string(r, &ignored);
	case 't':
	case 'f':
	case 'n':
		return take_word(r, "true") || take_word(r, "false") || take_word(r, "null") ||
		       json_refuse(r, "not a value");
	default:
		return skip_number(r);
	}
}

bool json_skip(struct json_reader *r)
{
	return skip(r, 0);
}

bool json_end(struct json_reader *r)
{
	skip_blanks(r);
	return !r->failed && (r->at == r->end || json_refuse(r, "text stands after the end"));
}
