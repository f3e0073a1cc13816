// Reads a graph that was saved as JSON (render_json.h says how it looks).
//
// jansson parses; but one cell at a time, so that a graph of a million symbols is never in memory as a tree of JSON.
#include <jansson.h>
#include <string.h>

#include "tools/depgraph/input.h"

#define JSON_FORMAT_NAME "ariadne-depgraph"

enum { JSON_VERSION = 1 };

struct reader {
	struct graph *graph;
	const char *start, *at, *end;
	const char *origin;
	struct input_error *why;
	bool format_seen, version_seen;
};

static bool refuse_here(struct reader *r, const char *what)
{
	return input_refuse(r->why, r->origin, "offset %zu: %s", (size_t)(r->at - r->start), what);
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at)
		r->at++;
}

static bool take(struct reader *r, char sign)
{
	skip_blanks(r);
	if (r->at >= r->end || *r->at != sign)
		return false;
	r->at++;
	return true;
}

static bool expect(struct reader *r, char sign)
{
	char what[] = "expected ' '";
	what[sizeof what - 3] = sign;
	return take(r, sign) || refuse_here(r, what);
}

// Parses the next value, whatever it is; null after a refusal.
static json_t *next_value(struct reader *r)
{
	json_error_t error;
	skip_blanks(r);
	json_t *value = json_loadb(r->at, (size_t)(r->end - r->at),
		JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);
	if (value) {
		r->at += error.position;
		return value;
	}
	r->at += error.position < 0 || error.position > r->end - r->at ? r->end - r->at : error.position;
	refuse_here(r, error.text);
	return NULL;
}

static bool parse_hash(const json_t *object, struct type_hash *hash)
{
	const json_t *value = json_object_get(object, "type_hash");
	if (!value)
		return true;
	const char *text = json_string_value(value);
	if (!text || strlen(text) != 2 * sizeof hash->bytes || text[strspn(text, "0123456789abcdef")])
		return false;
	for (size_t i = 0; i < sizeof hash->bytes; i++) {
		unsigned byte = 0;
		for (size_t digit = 0; digit < 2; digit++) {
			char c = text[2 * i + digit];
			byte = byte * 16 + (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
		}
		hash->bytes[i] = (unsigned char)byte;
	}
	return true;
}

// A field of text that must be there and not empty; null otherwise.
static const char *text_of(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));
	return text && *text ? text : NULL;
}

static bool number_of(const json_t *object, const char *field, uint64_t *number)
{
	const json_t *value = json_object_get(object, field);
	if (value && (!json_is_integer(value) || json_integer_value(value) < 0))
		return false;
	*number = value ? (uint64_t)json_integer_value(value) : 0;
	return true;
}

static uint32_t text_field(struct reader *r, const json_t *object, const char *field)
{
	const char *text = text_of(object, field);
	return text ? strings_add(&r->graph->strings, text, strlen(text)) : 0;
}

static bool parse_kinds(const json_t *list, uint32_t *kinds)
{
	static const char *const names[] = {"link", "type", "header", "runtime", "declared", "implicit"};
	size_t index;
	const json_t *value;
	*kinds = 0;
	json_array_foreach(list, index, value)
	{
		const char *text = json_string_value(value);
		size_t k = 0;
		while (text && k < sizeof names / sizeof *names && strcmp(text, names[k]) != 0)
			k++;
		if (!text || k == sizeof names / sizeof *names)
			return false;
		*kinds |= 1U << k;
	}
	return json_is_array(list);
}

typedef const char *entry_reader(struct reader *r, const json_t *entry);

static const char *read_dependency(struct reader *r, const json_t *entry)
{
	const char *name = text_of(entry, "cell");
	uint32_t kinds;
	if (!name || !parse_kinds(json_object_get(entry, "kinds"), &kinds))
		return "a dependency needs \"cell\" and \"kinds\"";
	graph_add_dependency(r->graph, name, strlen(name), kinds);
	return NULL;
}

static const char *read_export(struct reader *r, const json_t *entry)
{
	const char *name = text_of(entry, "symbol");
	const char *kind = text_of(entry, "kind");
	uint64_t size_bytes;
	struct type_hash hash = {};
	if (!name || !number_of(entry, "size_bytes", &size_bytes) || size_bytes > UINT32_MAX ||
		!parse_hash(entry, &hash))
		return "an export needs \"symbol\", a \"size_bytes\" of 32 bits and a \"type_hash\" of 32 digits, if "
		       "any";
	struct graph_export *export = graph_add_export(r->graph, name, strlen(name));
	export->size_bytes = (uint32_t)size_bytes;
	export->hash = hash;
	export->kind = kind && strcmp(kind, "object") == 0  ? GRAPH_SYMBOL_OBJECT
		       : kind && strcmp(kind, "other") == 0 ? GRAPH_SYMBOL_OTHER
							    : GRAPH_SYMBOL_FUNCTION;
	return NULL;
}

static const char *read_import(struct reader *r, const json_t *entry)
{
	const char *name = text_of(entry, "symbol");
	struct type_hash hash = {};
	if (!name || !parse_hash(entry, &hash))
		return "an import needs \"symbol\" and a \"type_hash\" of 32 digits, if any";
	struct graph_import *import = graph_add_import(r->graph, name, strlen(name));
	import->hash = hash;
	import->from_cell = text_field(r, entry, "cell");
	import->optional = json_is_true(json_object_get(entry, "optional"));
	return NULL;
}

static const char *read_state(struct reader *r, const json_t *entry)
{
	const char *name = text_of(entry, "name");
	uint64_t size_bytes;
	struct type_hash hash = {};
	if (!name || !number_of(entry, "size_bytes", &size_bytes) || !parse_hash(entry, &hash))
		return "a state needs \"name\", \"size_bytes\" and a \"type_hash\" of 32 digits, if any";
	struct graph_state *state = graph_add_state(r->graph, name, strlen(name));
	state->size_bytes = size_bytes;
	state->hash = hash;
	return NULL;
}

static const char *read_entries(struct reader *r, const json_t *cell, const char *field, entry_reader *read)
{
	const json_t *list = json_object_get(cell, field);
	size_t index;
	const json_t *entry;
	if (list && !json_is_array(list))
		return "the tables of a cell are arrays";
	json_array_foreach(list, index, entry)
	{
		const char *mistake = read(r, entry);
		if (mistake)
			return mistake;
	}
	return NULL;
}

static enum graph_class class_from(const char *text)
{
	for (enum graph_class class = GRAPH_CLASS_CORE; text && class < GRAPH_CLASS_COUNT; class ++)
		if (strcmp(text, graph_class_name(class)) == 0)
			return class;
	return GRAPH_CLASS_NONE;
}

static const char *read_cell(struct reader *r, const json_t *value)
{
	const char *name = text_of(value, "name");
	uint64_t sizes[4];
	if (!name)
		return "a cell needs a \"name\"";
	if (!number_of(value, "code_bytes", &sizes[0]) || !number_of(value, "constant_bytes", &sizes[1]) ||
		!number_of(value, "state_bytes", &sizes[2]) || !number_of(value, "spilled_bytes", &sizes[3]))
		return "a size is a number from 0 on";
	struct graph_cell *cell = graph_add_cell(r->graph, name, strlen(name));
	cell->group = text_field(r, value, "group");
	cell->version = text_field(r, value, "version");
	cell->origin = text_field(r, value, "origin");
	if (!cell->origin)
		cell->origin = strings_add(&r->graph->strings, r->origin, strlen(r->origin));
	cell->cell_class = class_from(text_of(value, "class"));
	cell->code_bytes = sizes[0];
	cell->constant_bytes = sizes[1];
	cell->state_bytes = sizes[2];
	cell->spilled_bytes = sizes[3];
	const char *mistake = read_entries(r, value, "dependencies", read_dependency);
	mistake = mistake ? mistake : read_entries(r, value, "exports", read_export);
	mistake = mistake ? mistake : read_entries(r, value, "imports", read_import);
	return mistake ? mistake : read_entries(r, value, "states", read_state);
}

static bool read_cells(struct reader *r)
{
	if (!expect(r, '['))
		return false;
	if (take(r, ']'))
		return true;
	do {
		const char *begin = r->at;
		json_t *value = next_value(r);
		if (!value)
			return false;
		const char *mistake = read_cell(r, value);
		json_decref(value);
		if (mistake) {
			r->at = begin;
			return refuse_here(r, mistake);
		}
	} while (take(r, ','));
	return expect(r, ']');
}

// Steps over a value that nobody wants, without building it: to the end of its outermost bracket.
static bool skip_value(struct reader *r)
{
	size_t depth = 0;
	skip_blanks(r);
	do {
		if (r->at >= r->end)
			return refuse_here(r, "the text ends inside a value");
		char c = *r->at++;
		if (c == '[' || c == '{')
			depth++;
		else if ((c == ']' || c == '}') && depth-- == 0)
			return refuse_here(r, "a bracket closes what was not opened");
		while (c == '"' && r->at < r->end && *r->at != '"')
			r->at += r->at[0] == '\\' && r->at + 1 < r->end ? 2 : 1;
		if (c == '"' && r->at++ >= r->end)
			return refuse_here(r, "the text ends inside a string");
	} while (depth || (r->at < r->end && !strchr(",]} \t\r\n", *r->at)));
	return true;
}

// A field of the outermost object other than "cells".
static bool read_field(struct reader *r, const char *name)
{
	if (strcmp(name, "format") != 0 && strcmp(name, "version") != 0 && strcmp(name, "metadata") != 0)
		return skip_value(r);
	const char *begin = r->at;
	json_t *value = next_value(r);
	if (!value)
		return false;
	const char *mistake = NULL;
	if (strcmp(name, "format") == 0) {
		r->format_seen = json_is_string(value) && strcmp(json_string_value(value), JSON_FORMAT_NAME) == 0;
		mistake = r->format_seen ? NULL : "the format is not \"" JSON_FORMAT_NAME "\"";
	} else if (strcmp(name, "version") == 0) {
		r->version_seen = json_is_integer(value) && json_integer_value(value) == JSON_VERSION;
		mistake = r->version_seen ? NULL : "the version is not 1";
	} else if (strcmp(name, "metadata") == 0 && json_is_false(value)) {
		r->graph->without_metadata = true;
	}
	json_decref(value);
	if (mistake)
		r->at = begin;
	return !mistake || refuse_here(r, mistake);
}

bool input_json(struct graph *graph, struct bytes file, const char *origin, struct input_error *why)
{
	const char *start = (const char *)file.data;
	struct reader r = {graph, start, start, start + file.size_bytes, origin, why, false, false};
	bool cells_seen = false;
	if (!expect(&r, '{'))
		return false;
	do {
		json_t *name = next_value(&r);
		if (!name)
			return false;
		bool is_cells = json_is_string(name) && strcmp(json_string_value(name), "cells") == 0;
		cells_seen = cells_seen || is_cells;
		bool good = (json_is_string(name) || refuse_here(&r, "a field's name is a string")) &&
			    expect(&r, ':') && (is_cells ? read_cells(&r) : read_field(&r, json_string_value(name)));
		json_decref(name);
		if (!good)
			return false;
	} while (take(&r, ','));
	if (!expect(&r, '}'))
		return false;
	skip_blanks(&r);
	if (r.at != r.end)
		return refuse_here(&r, "text stands after the end");
	if (!r.format_seen || !r.version_seen || !cells_seen)
		return refuse_here(&r, "\"format\", \"version\" or \"cells\" is missing");
	return true;
}
