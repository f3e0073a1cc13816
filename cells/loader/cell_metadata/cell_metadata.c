#include "cells/loader/cell_metadata/cell_metadata.h"

enum { STRING_ALIGNMENT = 8 };

// The parts of one section while it is judged.
struct opening {
	struct bytes section;
	struct bytes strings;
	struct cell_metadata_header header;
	uint64_t expected_offset; // where the next table must begin, as there are no gaps
	struct diagnosis *why;
};

static enum status check_frame(struct opening *opening)
{
	struct cell_metadata_header *header = &opening->header;
	struct bytes section = opening->section;
	if (bytes_read(section, 0, header, sizeof *header))
		return diagnosis_set(opening->why, STATUS_MALFORMED,
			"cell section: %zu bytes are too few for the header of %zu", section.size_bytes,
			sizeof *header);
	if (!bytes_equal(bytes_from(header->magic, sizeof header->magic), bytes_from(CELL_METADATA_MAGIC, 8)))
		return diagnosis_set(
			opening->why, STATUS_MALFORMED, "cell section: the magic is not %s", CELL_METADATA_MAGIC);
	if (header->version != CELL_METADATA_VERSION)
		return diagnosis_set(opening->why, STATUS_UNSUPPORTED, "cell section: format version %u, known is %u",
			header->version, CELL_METADATA_VERSION);
	if (header->size_bytes != section.size_bytes)
		return diagnosis_set(opening->why, STATUS_MALFORMED, "cell section: it says %u bytes, but has %zu",
			header->size_bytes, section.size_bytes);
	if (header->cell_class > CELL_CLASS_FOREIGN)
		return diagnosis_set(
			opening->why, STATUS_MALFORMED, "cell section: class %u does not exist", header->cell_class);
	if (header->flags & ~(uint32_t)CELL_FLAG_TRUSTED)
		return diagnosis_set(
			opening->why, STATUS_MALFORMED, "cell section: flags 0x%x hold an unknown bit", header->flags);
	for (size_t index = 0; index < COUNT_OF(header->reserved); index++)
		if (AT(header->reserved, index) != 0)
			return diagnosis_set(
				opening->why, STATUS_MALFORMED, "cell section: a reserved field is not zero");
	return STATUS_OK;
}

// The string table must end the section but for the padding, and begin with the empty string.
static enum status check_strings(struct opening *opening)
{
	const struct cell_metadata_header *header = &opening->header;
	uint64_t end = (uint64_t)header->strings_offset + header->strings_size_bytes;
	if (end > opening->section.size_bytes || opening->section.size_bytes - end >= STRING_ALIGNMENT)
		return diagnosis_set(opening->why, STATUS_MALFORMED,
			"cell section: the string table (%u bytes at %u) does not end it", header->strings_size_bytes,
			header->strings_offset);
	TRY(bytes_slice(opening->section, header->strings_offset, header->strings_size_bytes, &opening->strings));
	struct text empty;
	TRY(name_table_string(opening->strings, 0, "cell section", &empty, opening->why));
	if (empty.length != 0)
		return diagnosis_set(opening->why, STATUS_MALFORMED,
			"cell section: the string table does not begin with the empty string");
	return STATUS_OK;
}

static enum status open_table(struct opening *opening, const struct name_table_layout *layout, struct name_table *table)
{
	if (layout->offset != opening->expected_offset)
		return diagnosis_set(opening->why, STATUS_MALFORMED, "%s: they begin at %u, not at %llu", layout->what,
			layout->offset, (unsigned long long)opening->expected_offset);
	opening->expected_offset += (uint64_t)layout->count * layout->record_size_bytes;
	return name_table_open(opening->section, opening->strings, layout, table, opening->why);
}

static enum status open_tables(struct opening *opening, struct cell_metadata *metadata)
{
	const struct cell_metadata_header *header = &opening->header;
	struct name_table_layout dependencies = {"dependencies", header->dependencies_offset, header->dependency_count,
		sizeof(struct cell_metadata_dependency_record), CELL_METADATA_NAME_LIMIT};
	struct name_table_layout exports = {"exports", header->exports_offset, header->export_count,
		sizeof(struct cell_metadata_export_record), CELL_METADATA_SYMBOL_LIMIT};
	struct name_table_layout imports = {"imports", header->imports_offset, header->import_count,
		sizeof(struct cell_metadata_import_record), CELL_METADATA_SYMBOL_LIMIT};
	struct name_table_layout states = {"state variables", header->states_offset, header->state_count,
		sizeof(struct cell_metadata_state_record), CELL_METADATA_SYMBOL_LIMIT};
	opening->expected_offset = sizeof *header;
	TRY(open_table(opening, &dependencies, &metadata->dependencies));
	TRY(open_table(opening, &exports, &metadata->exports));
	TRY(open_table(opening, &imports, &metadata->imports));
	TRY(open_table(opening, &states, &metadata->states));
	if (header->strings_offset != opening->expected_offset)
		return diagnosis_set(opening->why, STATUS_MALFORMED,
			"cell section: the string table begins at %u, not at %llu", header->strings_offset,
			(unsigned long long)opening->expected_offset);
	metadata->dependency_count = header->dependency_count;
	metadata->export_count = header->export_count;
	metadata->import_count = header->import_count;
	metadata->state_count = header->state_count;
	return STATUS_OK;
}

// What the entries say beside their names.
static enum status check_entries(const struct cell_metadata *metadata, struct diagnosis *why)
{
	const uint32_t all_kinds = CELL_EDGE_LINK | CELL_EDGE_TYPE | CELL_EDGE_HEADER | CELL_EDGE_IMPLICIT;
	for (uint32_t index = 0; index < metadata->dependency_count; index++) {
		struct cell_metadata_dependency_record record;
		name_table_record(&metadata->dependencies, index, &record);
		if (record.kinds & ~all_kinds)
			return diagnosis_set(
				why, STATUS_MALFORMED, "dependencies: entry %u has kinds 0x%x", index, record.kinds);
	}
	for (uint32_t index = 0; index < metadata->export_count; index++) {
		struct cell_metadata_export_record record;
		name_table_record(&metadata->exports, index, &record);
		if (record.kind != CELL_SYMBOL_FUNCTION && record.kind != CELL_SYMBOL_OBJECT)
			return diagnosis_set(
				why, STATUS_MALFORMED, "exports: entry %u has kind %u", index, record.kind);
	}
	for (uint32_t index = 0; index < metadata->import_count; index++) {
		struct cell_metadata_import_record record;
		name_table_record(&metadata->imports, index, &record);
		if (record.dependency >= metadata->dependency_count)
			return diagnosis_set(why, STATUS_MALFORMED, "imports: entry %u is bound to dependency %u of %u",
				index, record.dependency, metadata->dependency_count);
	}
	for (uint32_t index = 0; index < metadata->state_count; index++) {
		struct cell_metadata_state_record record;
		name_table_record(&metadata->states, index, &record);
		if (record.reserved != 0)
			return diagnosis_set(why, STATUS_MALFORMED,
				"state variables: entry %u: a reserved field is not zero", index);
	}
	return STATUS_OK;
}

static bool is_cell_name(struct text name)
{
	if (name.length == 0 || name.length > CELL_METADATA_NAME_LIMIT)
		return false;
	for (size_t index = 0; index < name.length; index++) {
		char character = text_at(name, index);
		bool letter = character >= 'a' && character <= 'z';
		bool other = character == '_' || (character >= '0' && character <= '9');
		if (!letter && (index == 0 || !other))
			return false;
	}
	return true;
}

// An entry symbol is none, or a function that the cell exports.
static enum status check_entry_symbol(
	const struct cell_metadata *metadata, struct text symbol, const char *what, struct diagnosis *why)
{
	struct cell_export found;
	if (symbol.length == 0)
		return STATUS_OK;
	if (cell_metadata_find_export(metadata, symbol, &found) || found.kind != CELL_SYMBOL_FUNCTION)
		return diagnosis_set(why, STATUS_MALFORMED, "cell section: the %s symbol %.*s is no exported function",
			what, TEXT_ARGUMENTS(symbol));
	return STATUS_OK;
}

static enum status open_texts(const struct opening *opening, struct cell_metadata *metadata)
{
	const struct cell_metadata_header *header = &opening->header;
	TRY(name_table_string(opening->strings, header->name_string, "cell name", &metadata->name, opening->why));
	TRY(name_table_string(opening->strings, header->group_string, "group", &metadata->group, opening->why));
	TRY(name_table_string(opening->strings, header->version_string, "version", &metadata->version, opening->why));
	TRY(name_table_string(opening->strings, header->summary_string, "summary", &metadata->summary, opening->why));
	TRY(name_table_string(
		opening->strings, header->init_string, "init symbol", &metadata->init_symbol, opening->why));
	TRY(name_table_string(
		opening->strings, header->exit_string, "exit symbol", &metadata->exit_symbol, opening->why));
	if (!is_cell_name(metadata->name))
		return diagnosis_set(opening->why, STATUS_MALFORMED, "cell section: \"%.*s\" is no name for a cell",
			TEXT_ARGUMENTS(metadata->name));
	return STATUS_OK;
}

enum status cell_metadata_open(struct bytes section, struct cell_metadata *metadata, struct diagnosis *why)
{
	struct opening opening = {.section = section, .why = why};
	struct cell_metadata opened = {};
	TRY(check_frame(&opening));
	TRY(check_strings(&opening));
	TRY(open_tables(&opening, &opened));
	TRY(check_entries(&opened, why));
	TRY(open_texts(&opening, &opened));
	TRY(check_entry_symbol(&opened, opened.init_symbol, "init", why));
	TRY(check_entry_symbol(&opened, opened.exit_symbol, "exit", why));
	opened.cell_class = (enum cell_class)opening.header.cell_class;
	opened.flags = opening.header.flags;
	opened.build_id = opening.header.build_id;
	*metadata = opened;
	return STATUS_OK;
}

struct cell_dependency cell_metadata_dependency(const struct cell_metadata *metadata, uint32_t index)
{
	struct cell_metadata_dependency_record record;
	name_table_record(&metadata->dependencies, index, &record);
	return (struct cell_dependency){name_table_name(&metadata->dependencies, index), record.kinds};
}

struct cell_export cell_metadata_export(const struct cell_metadata *metadata, uint32_t index)
{
	struct cell_metadata_export_record record;
	name_table_record(&metadata->exports, index, &record);
	return (struct cell_export){
		name_table_name(&metadata->exports, index), (enum cell_symbol_kind)record.kind, record.type_hash};
}

struct cell_import cell_metadata_import(const struct cell_metadata *metadata, uint32_t index)
{
	struct cell_metadata_import_record record;
	name_table_record(&metadata->imports, index, &record);
	return (struct cell_import){name_table_name(&metadata->imports, index), record.dependency, record.type_hash};
}

struct cell_state_variable cell_metadata_state(const struct cell_metadata *metadata, uint32_t index)
{
	struct cell_metadata_state_record record;
	name_table_record(&metadata->states, index, &record);
	return (struct cell_state_variable){
		name_table_name(&metadata->states, index), record.size_bytes, record.type_hash};
}

enum status cell_metadata_find_export(const struct cell_metadata *metadata, struct text name, struct cell_export *found)
{
	uint32_t index;
	TRY(name_table_find(&metadata->exports, name, &index));
	*found = cell_metadata_export(metadata, index);
	return STATUS_OK;
}

enum status cell_metadata_find_import(const struct cell_metadata *metadata, struct text name, struct cell_import *found)
{
	uint32_t index;
	TRY(name_table_find(&metadata->imports, name, &index));
	*found = cell_metadata_import(metadata, index);
	return STATUS_OK;
}

enum status cell_metadata_find_state(
	const struct cell_metadata *metadata, struct text name, struct cell_state_variable *found)
{
	uint32_t index;
	TRY(name_table_find(&metadata->states, name, &index));
	*found = cell_metadata_state(metadata, index);
	return STATUS_OK;
}

int cell_metadata_type_hash_equal(struct cell_type_hash a, struct cell_type_hash b)
{
	return bytes_equal(bytes_from(a.bytes, sizeof a.bytes), bytes_from(b.bytes, sizeof b.bytes));
}

int cell_metadata_build_id_equal(struct cell_build_id a, struct cell_build_id b)
{
	return bytes_equal(bytes_from(a.bytes, sizeof a.bytes), bytes_from(b.bytes, sizeof b.bytes));
}

static unsigned char hexadecimal_digit(unsigned value)
{
	return (unsigned char)(value < 10 ? '0' + value : 'a' + (value - 10));
}

void cell_metadata_type_hash_text(struct cell_type_hash hash, char *buffer)
{
	struct bytes_mut digits = bytes_mut_from(buffer, CELL_METADATA_TYPE_HASH_TEXT_SIZE);
	for (size_t index = 0; index < COUNT_OF(hash.bytes); index++) {
		unsigned value = AT(hash.bytes, index);
		bytes_mut_set(digits, 2 * index, hexadecimal_digit(value >> 4));
		bytes_mut_set(digits, 2 * index + 1, hexadecimal_digit(value & 15));
	}
	bytes_mut_set(digits, CELL_METADATA_TYPE_HASH_TEXT_SIZE - 1, 0);
}

const char *cell_metadata_class_name(enum cell_class cell_class)
{
	switch (cell_class) {
	case CELL_CLASS_CORE:
		return "core";
	case CELL_CLASS_CHECKED:
		return "checked";
	case CELL_CLASS_FOREIGN:
		return "foreign";
	}
	return "unknown class";
}

const char *cell_metadata_kind_name(enum cell_symbol_kind kind)
{
	switch (kind) {
	case CELL_SYMBOL_FUNCTION:
		return "function";
	case CELL_SYMBOL_OBJECT:
		return "object";
	}
	return "unknown kind";
}
