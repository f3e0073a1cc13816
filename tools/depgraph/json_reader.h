// Reads JSON text value by value, as it stands in memory: nothing is built, strings are views.
//
// The caller walks along: json_begin_object, then json_next_field until it yields false, and after each name exactly
// one value; arrays likewise. A mistake is told once, with its offset, and from then on every call yields false; so a
// caller need only look at `failed` at the end of a loop.
//
// A saved graph of a million symbols is 150 MB; a tree of values took eight times as long to make as the graph itself.
//
// Context: host only; allocates for strings with escapes only.
// Source: RFC 8259; UTF-8: RFC 3629.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/text/text.h"
#include "tools/depgraph/input.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_reader {
	const char *start, *at, *end;
	const char *origin; // names the text in messages
	struct input_error *why;
	bool failed;
	char *scratch; // the last string with escapes
	size_t scratch_capacity;
};

void json_reader_init(struct json_reader *r, struct bytes text, const char *origin, struct input_error *why);
void json_reader_free(struct json_reader *r);

// Tells a mistake at the present place, or at `where`. Yields false.
bool json_refuse(struct json_reader *r, const char *what);
bool json_refuse_at(struct json_reader *r, const char *where, const char *what);

// The fields of an object so far. A name that comes twice is a mistake: readers differ in which of the two they
// believe.
enum { JSON_FIELDS_LIMIT = 64 };
struct json_fields {
	size_t count;
	struct text names[JSON_FIELDS_LIMIT]; // views of the text
};

// Steps into an object or array. `fields` and `first` are the caller's, for the loop that follows.
bool json_begin_object(struct json_reader *r, struct json_fields *fields);
bool json_begin_array(struct json_reader *r, bool *first);

// The name of the next field, whose value comes next; false at the end of the object, which is then behind. Names have
// no escapes.
bool json_next_field(struct json_reader *r, struct json_fields *fields, struct text *name);

// Whether another item comes; false at the end of the array, which is then behind.
bool json_next_item(struct json_reader *r, bool *first);

// One value of a kind; anything else is a mistake. A view is good until the next string is read.
bool json_string(struct json_reader *r, struct text *string);
bool json_number(struct json_reader *r, uint64_t *number); // an integer from 0 on, below 2^63
bool json_boolean(struct json_reader *r, bool *boolean);

// Over one value of any kind.
bool json_skip(struct json_reader *r);

// The length of the UTF-8 sequence at `at`, of which `limit` bytes are there; 0 if there is none.
size_t json_utf8_length(const char *at, size_t limit);

// Nothing but blanks is left.
bool json_end(struct json_reader *r);

#ifdef __cplusplus
}
#endif
