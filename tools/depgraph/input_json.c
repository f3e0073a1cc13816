// Reads a graph that was saved as JSON (render_json.h says how it looks), or was put together elsewhere: by the build
// from BUILD files, by the running system from its memory.
//
// Fields may stand in any order; unknown ones are passed over, so that a later version may say more.
#include <string.h>

#include "tools/depgraph/input.h"
#include "tools/depgraph/json_reader.h"

#define JSON_FORMAT_NAME "ariadne-depgraph"

enum { JSON_VERSION = 1 };

struct reading {
	struct json_reader json;
	struct graph *graph;
	struct text last_text; // most fields repeat the one before: the cell that an import comes from
	uint32_t last_number;
	bool format_seen, version_seen;
};

static bool is(struct text name, const char *word)
{
	return name.length == strlen(word) && memcmp(name.start, word, name.length) == 0;
}

// A string, kept in the graph.
static bool take_text(struct reading *r, uint32_t *number)
{
	struct text text;
	if (!json_string(&r->json, &text))
		return false;
	bool in_file = text.start >= r->json.start && text.start < r->json.end;
	if (in_file && r->last_text.start && text.length == r->last_text.length &&
		memcmp(text.start, r->last_text.start, text.length) == 0) {
		*number = r->last_number;
		return true;
	}
	*number = strings_add(&r->graph->strings, text.start, text.length);
	if (in_file) {
		r->last_text = text;
		r->last_number = *number;
	}
	return true;
}

static bool take_name(struct reading *r, uint32_t *number)
{
	const char *begin = r->json.at;
	struct text text;
	if (!json_string(&r->json, &text))
		return false;
	*number = strings_add(&r->graph->strings, text.start, text.length);
	return *number || json_refuse_at(&r->json, begin, "a name is empty");
}

// The value of a field "cell": names repeat, so the last one is remembered.
static bool take_repeated_name(struct reading *r, uint32_t *number)
{
	const char *begin = r->json.at;
	return take_text(r, number) && (*number || json_refuse_at(&r->json, begin, "a name is empty"));
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex(struct reading *r, unsigned char *bytes, size_t count, const char *mistake)
{
	const char *begin = r->json.at;
	struct text text;
	if (!json_string(&r->json, &text))
		return false;
	bool good = text.length == 2 * count;
	for (size_t i = 0; good && i < count; i++) {
		int high = hex_digit(text.start[2 * i]), low = hex_digit(text.start[2 * i + 1]);
		good = high >= 0 && low >= 0;
		bytes[i] = (unsigned char)(high * 16 + low);
	}
	return good || json_refuse_at(&r->json, begin, mistake);
}

static bool take_hash(struct reading *r, struct type_hash *hash)
{
	return take_hex(r, hash->bytes, sizeof hash->bytes, "a type hash has 32 digits, 0 to 9 and a to f");
}

// One of the words; `words` ends in a null pointer.
static bool take_word(struct reading *r, const char *const *words, const char *mistake, unsigned *index)
{
	const char *begin = r->json.at;
	struct text text;
	if (!json_string(&r->json, &text))
		return false;
	for (*index = 0; words[*index]; ++*index)
		if (is(text, words[*index]))
			return true;
	return json_refuse_at(&r->json, begin, mistake);
}

static bool take_kinds(struct reading *r, uint32_t *kinds)
{
	static const char *const names[] = {"link", "type", "header", "runtime", "declared", "implicit", NULL};
	bool first;
	unsigned index;
	*kinds = 0;
	if (!json_begin_array(&r->json, &first))
		return false;
	while (json_next_item(&r->json, &first) && take_word(r, names, "an unknown kind of edge", &index))
		*kinds |= 1U << index;
	return !r->json.failed;
}

// ---- The tables of a cell: each reads one entry ----

typedef bool entry_reader(struct reading *r);

static bool read_dependency(struct reading *r)
{
	const char *begin = r->json.at;
	uint32_t name = 0, kinds = UINT32_MAX;
	struct text field;
	struct json_fields fields;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &field)) {
		if (is(field, "cell"))
			take_name(r, &name);
		else if (is(field, "kinds"))
			take_kinds(r, &kinds);
		else
			json_skip(&r->json);
	}
	if (!name || kinds == UINT32_MAX)
		return json_refuse_at(&r->json, begin, "a dependency needs \"cell\" and \"kinds\"");
	graph_add_dependency(r->graph, "", 0, kinds)->name = name;
	return !r->json.failed;
}

static bool read_export(struct reading *r)
{
	static const char *const kinds[] = {"function", "object", "other", NULL};
	const char *begin = r->json.at;
	struct graph_export export = {};
	uint64_t size_bytes = 0;
	unsigned kind = 0;
	struct text field;
	struct json_fields fields;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &field)) {
		if (is(field, "symbol"))
			take_name(r, &export.name);
		else if (is(field, "kind"))
			take_word(r, kinds, "the kind of an export is function, object or other", &kind);
		else if (is(field, "size_bytes"))
			json_number(&r->json, &size_bytes);
		else if (is(field, "entry"))
			json_boolean(&r->json, &export.is_entry);
		else if (is(field, "type_hash"))
			take_hash(r, &export.hash);
		else
			json_skip(&r->json);
	}
	if (!export.name || size_bytes > UINT32_MAX)
		return json_refuse_at(
			&r->json, begin, "an export needs \"symbol\" and a \"size_bytes\" of 32 bits, if any");
	struct graph_export *added = graph_add_export(r->graph, "", 0);
	export.kind = (enum graph_symbol_kind)kind;
	export.size_bytes = (uint32_t)size_bytes;
	*added = export;
	return !r->json.failed;
}

static bool read_import(struct reading *r)
{
	const char *begin = r->json.at;
	struct graph_import import = {.bound_to = GRAPH_NONE};
	struct text field;
	struct json_fields fields;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &field)) {
		if (is(field, "symbol"))
			take_name(r, &import.name);
		else if (is(field, "cell"))
			take_repeated_name(r, &import.from_cell);
		else if (is(field, "type_hash"))
			take_hash(r, &import.hash);
		else if (is(field, "optional"))
			json_boolean(&r->json, &import.optional);
		else
			json_skip(&r->json);
	}
	if (!import.name)
		return json_refuse_at(&r->json, begin, "an import needs \"symbol\"");
	*graph_add_import(r->graph, "", 0) = import;
	return !r->json.failed;
}

static bool read_state(struct reading *r)
{
	const char *begin = r->json.at;
	struct graph_state state = {};
	struct text field;
	struct json_fields fields;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &field)) {
		if (is(field, "name"))
			take_name(r, &state.name);
		else if (is(field, "size_bytes"))
			json_number(&r->json, &state.size_bytes);
		else if (is(field, "type_hash"))
			take_hash(r, &state.hash);
		else
			json_skip(&r->json);
	}
	if (!state.name)
		return json_refuse_at(&r->json, begin, "a state needs \"name\"");
	*graph_add_state(r->graph, "", 0) = state;
	return !r->json.failed;
}

static bool read_section(struct reading *r)
{
	static const char *const kinds[] = {"text", "rodata", "data", "state", NULL};
	const char *begin = r->json.at;
	struct graph_section section = {};
	unsigned kind = 0;
	struct text field;
	struct json_fields fields;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &field)) {
		if (is(field, "name"))
			take_name(r, &section.name);
		else if (is(field, "kind"))
			take_word(r, kinds, "the kind of a section is text, rodata, data or state", &kind);
		else if (is(field, "size_bytes"))
			json_number(&r->json, &section.size_bytes);
		else if (is(field, "address"))
			take_hex(r, (unsigned char *)&section.address, sizeof section.address,
				"an address has 16 digits, 0 to 9 and a to f");
		else
			json_skip(&r->json);
	}
	if (!section.name)
		return json_refuse_at(&r->json, begin, "a section needs \"name\"");
	section.kind = (enum graph_section_kind)kind;
	section.address = __builtin_bswap64(section.address);
	*graph_add_section(r->graph, "", 0) = section;
	return !r->json.failed;
}

static bool read_binding(struct reading *r)
{
	const char *begin = r->json.at;
	struct graph_binding binding = {};
	uint32_t section = 0;
	uint64_t places = 1;
	struct text field;
	struct json_fields fields;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &field)) {
		if (is(field, "from"))
			take_repeated_name(r, &binding.from);
		else if (is(field, "cell"))
			take_name(r, &binding.cell);
		else if (is(field, "section"))
			take_name(r, &section);
		else if (is(field, "symbol"))
			take_name(r, &binding.target);
		else if (is(field, "places"))
			json_number(&r->json, &places);
		else if (is(field, "strays"))
			json_boolean(&r->json, &binding.strays);
		else
			json_skip(&r->json);
	}
	binding.within = !binding.target && section && !binding.cell;
	if (!binding.target)
		binding.target = section;
	binding.places = (uint32_t)places;
	if (!binding.from || places > UINT32_MAX || (!binding.target && !binding.strays))
		return json_refuse_at(&r->json, begin,
			"a binding needs \"from\", and \"symbol\" or \"section\", and \"places\" of 32 bits, if any");
	*graph_add_binding(r->graph, 0, 0, false) = binding;
	return !r->json.failed;
}

static bool read_pointer(struct reading *r)
{
	const char *begin = r->json.at;
	struct graph_pointer pointer = {};
	struct text field;
	struct json_fields fields;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &field)) {
		if (is(field, "holder"))
			take_name(r, &pointer.holder);
		else if (is(field, "cell"))
			take_name(r, &pointer.keeper);
		else if (is(field, "symbol"))
			take_name(r, &pointer.symbol);
		else
			json_skip(&r->json);
	}
	if (!pointer.holder)
		return json_refuse_at(&r->json, begin, "a pointer needs \"holder\"");
	*graph_add_pointer(r->graph) = pointer;
	return !r->json.failed;
}

static bool read_table(struct reading *r, entry_reader *read)
{
	bool first;
	if (!json_begin_array(&r->json, &first))
		return false;
	while (json_next_item(&r->json, &first) && read(r))
		;
	return !r->json.failed;
}

// ---- A cell ----

static struct graph_cell *this_cell(struct reading *r)
{
	return &r->graph->cells[r->graph->cell_count - 1];
}

static bool read_cell_table(struct reading *r, struct text field)
{
	static const struct {
		const char *name;
		entry_reader *read;
		bool sections;
	} tables[] = {{"dependencies", read_dependency, false}, {"exports", read_export, false},
		{"imports", read_import, false}, {"states", read_state, false}, {"pointers", read_pointer, false},
		{"sections", read_section, true}, {"bindings", read_binding, true}};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (is(field, tables[i].name) && (!tables[i].sections || r->graph->want_sections))
			return read_table(r, tables[i].read);
	return json_skip(&r->json);
}

// Fields that say something of the cell itself.
static bool read_cell_field(struct reading *r, struct text field)
{
	static const char *const classes[] = {"-", "core", "checked", "foreign", NULL};
	struct graph_cell *cell = this_cell(r);
	const struct {
		const char *name;
		uint64_t *number;
	} numbers[] = {{"code_bytes", &cell->code_bytes}, {"constant_bytes", &cell->constant_bytes},
		{"state_bytes", &cell->state_bytes}, {"spilled_bytes", &cell->spilled_bytes}, {"lines", &cell->lines},
		{"raw_operations", &cell->raw_operations}, {"references", &cell->references}};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (is(field, numbers[i].name))
			return json_number(&r->json, numbers[i].number);
	unsigned class = 0;
	if (is(field, "name"))
		return take_name(r, &cell->name);
	if (is(field, "group"))
		return take_text(r, &cell->group);
	if (is(field, "version"))
		return take_text(r, &cell->version);
	if (is(field, "origin"))
		return take_text(r, &cell->origin);
	if (is(field, "build_id"))
		return take_hex(r, cell->build_id.bytes, sizeof cell->build_id.bytes,
			"a build id has 40 digits, 0 to 9 and a to f");
	if (!is(field, "class"))
		return read_cell_table(r, field);
	if (!take_word(r, classes, "the class of a cell is core, checked or foreign", &class))
		return false;
	cell->cell_class = (enum graph_class) class;
	return true;
}

static bool read_cell(struct reading *r)
{
	struct text field;
	struct json_fields fields;
	graph_add_cell(r->graph, "", 0);
	const char *begin = r->json.at;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &field) && read_cell_field(r, field))
		;
	if (!r->json.failed && !this_cell(r)->name)
		return json_refuse_at(&r->json, begin, "a cell needs a \"name\"");
	if (!r->json.failed && !this_cell(r)->origin)
		this_cell(r)->origin = strings_add(&r->graph->strings, r->json.origin, strlen(r->json.origin));
	return !r->json.failed;
}

// ---- The whole ----

static bool read_field(struct reading *r, struct text name)
{
	static const char *const formats[] = {JSON_FORMAT_NAME, NULL};
	static const char *const views[] = {"embedded", "declared", "live", NULL};
	unsigned index;
	bool metadata;
	if (is(name, "format"))
		return r->format_seen = take_word(r, formats, "the format is not \"" JSON_FORMAT_NAME "\"", &index);
	if (is(name, "version")) {
		uint64_t version;
		const char *begin = r->json.at;
		r->version_seen = json_number(&r->json, &version) && version == JSON_VERSION;
		return r->version_seen || json_refuse_at(&r->json, begin, "the version is not 1");
	}
	if (is(name, "view")) {
		if (!take_word(r, views, "the view is embedded, declared or live", &index))
			return false;
		r->graph->origin = (enum graph_origin)index;
		return true;
	}
	if (is(name, "metadata")) {
		if (!json_boolean(&r->json, &metadata))
			return false;
		r->graph->without_metadata = r->graph->without_metadata || !metadata;
		return true;
	}
	return json_skip(&r->json);
}

static bool read_graph(struct reading *r)
{
	struct text name;
	struct json_fields fields;
	bool cells_seen = false;
	json_begin_object(&r->json, &fields);
	while (json_next_field(&r->json, &fields, &name)) {
		bool cells = is(name, "cells");
		cells_seen = cells_seen || cells;
		if (!(cells ? read_table(r, read_cell) : read_field(r, name)))
			return false;
	}
	if (!json_end(&r->json))
		return false;
	return (r->format_seen && r->version_seen && cells_seen) ||
	       json_refuse(&r->json, "\"format\", \"version\" or \"cells\" is missing");
}

bool input_json(struct graph *graph, struct bytes file, const char *origin, struct input_error *why)
{
	struct reading r = {.graph = graph};
	json_reader_init(&r.json, file, origin, why);
	bool good = read_graph(&r);
	json_reader_free(&r.json);
	return good;
}
