#include "tools/cellmeta/metadata_blob.h"

#include <string.h>

enum { BLOB_ALIGNMENT = 8 };

void blob_add(struct blob *blob, const void *bytes, size_t size_bytes)
{
	if (size_bytes == 0)
		return;
	if (blob->size_bytes + size_bytes > blob->capacity) {
		size_t capacity = 2 * (blob->size_bytes + size_bytes);
		unsigned char *larger = list_allocate(capacity);
		if (blob->size_bytes)
			memcpy(larger, blob->bytes, blob->size_bytes);
		blob->bytes = larger;
		blob->capacity = capacity;
	}
	memcpy(blob->bytes + blob->size_bytes, bytes, size_bytes);
	blob->size_bytes += size_bytes;
}

void blob_align(struct blob *blob, size_t alignment)
{
	static const unsigned char zeros[64];
	while (blob->size_bytes % alignment)
		blob_add(blob, zeros, 1);
}

uint32_t blob_add_string(struct blob *strings, const char *text)
{
	static const unsigned char empty[3];
	if (strings->size_bytes == 0)
		blob_add(strings, empty, sizeof empty);
	if (!text[0])
		return 0;
	uint32_t offset = (uint32_t)strings->size_bytes;
	size_t length = strlen(text);
	unsigned char length_bytes[2] = {(unsigned char)length, (unsigned char)(length >> 8)};
	blob_add(strings, length_bytes, sizeof length_bytes);
	blob_add(strings, text, length + 1);
	return offset;
}

static uint32_t dependency_index(const struct cell_description *cell, const char *name)
{
	for (size_t i = 0; i < cell->dependencies.count; i++)
		if (!strcmp(cell->dependencies.items[i].name, name))
			return (uint32_t)i;
	return UINT32_MAX; // no reader accepts it; derive stops before, as the dependency is not declared
}

static void add_tables(const struct cell_description *cell, struct blob *tables, struct blob *strings)
{
	for (size_t i = 0; i < cell->dependencies.count; i++) {
		const struct described_dependency *dependency = &cell->dependencies.items[i];
		struct cell_metadata_dependency_record record = {
			blob_add_string(strings, dependency->name), dependency->kinds};
		blob_add(tables, &record, sizeof record);
	}
	for (size_t i = 0; i < cell->exports.count; i++) {
		const struct described_symbol *symbol = &cell->exports.items[i];
		struct cell_metadata_export_record record = {
			blob_add_string(strings, symbol->name), (uint32_t)symbol->kind, symbol->hash};
		blob_add(tables, &record, sizeof record);
	}
	for (size_t i = 0; i < cell->imports.count; i++) {
		const struct described_symbol *symbol = &cell->imports.items[i];
		struct cell_metadata_import_record record = {blob_add_string(strings, symbol->name),
			dependency_index(cell, symbol->dependency), symbol->hash};
		blob_add(tables, &record, sizeof record);
	}
	for (size_t i = 0; i < cell->states.count; i++) {
		const struct described_symbol *symbol = &cell->states.items[i];
		struct cell_metadata_state_record record = {.name_string = blob_add_string(strings, symbol->name),
			.size_bytes = symbol->size_bytes,
			.type_hash = symbol->hash};
		blob_add(tables, &record, sizeof record);
	}
}

struct blob metadata_blob_of(const struct cell_description *cell)
{
	struct blob tables = {}, strings = {}, whole = {};
	struct cell_metadata_header header = {.version = CELL_METADATA_VERSION,
		.cell_class = (uint32_t)cell->cell_class,
		.flags = cell->flags,
		.name_string = blob_add_string(&strings, cell->name),
		.group_string = blob_add_string(&strings, cell->group),
		.version_string = blob_add_string(&strings, cell->version),
		.summary_string = blob_add_string(&strings, cell->summary),
		.dependency_count = (uint32_t)cell->dependencies.count,
		.export_count = (uint32_t)cell->exports.count,
		.import_count = (uint32_t)cell->imports.count,
		.state_count = (uint32_t)cell->states.count};
	memcpy(header.magic, CELL_METADATA_MAGIC, sizeof header.magic);
	header.init_string = blob_add_string(&strings, cell->init_symbol);
	header.exit_string = blob_add_string(&strings, cell->exit_symbol);
	header.dependencies_offset = sizeof header;
	header.exports_offset = header.dependencies_offset +
				header.dependency_count * (uint32_t)sizeof(struct cell_metadata_dependency_record);
	header.imports_offset =
		header.exports_offset + header.export_count * (uint32_t)sizeof(struct cell_metadata_export_record);
	header.states_offset =
		header.imports_offset + header.import_count * (uint32_t)sizeof(struct cell_metadata_import_record);
	header.strings_offset =
		header.states_offset + header.state_count * (uint32_t)sizeof(struct cell_metadata_state_record);
	add_tables(cell, &tables, &strings);
	header.strings_size_bytes = (uint32_t)strings.size_bytes;
	header.size_bytes = header.strings_offset + header.strings_size_bytes;
	header.size_bytes += -header.size_bytes % BLOB_ALIGNMENT;
	blob_add(&whole, &header, sizeof header);
	blob_add(&whole, tables.bytes, tables.size_bytes);
	blob_add(&whole, strings.bytes, strings.size_bytes);
	blob_align(&whole, BLOB_ALIGNMENT);
	return whole;
}
