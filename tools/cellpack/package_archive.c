#include <stdio.h>
#include <string.h>

#include "cells/loader/cell_archive/cell_archive.h"
#include "cells/loader/symbol_index/symbol_index.h"
#include "tools/cellpack/package.h"

enum { CPIO_ALIGNMENT = 4, INDEX_ALIGNMENT = 8 };

// A newc header, the name padded with zeros so that the data begin at a multiple of CELL_ARCHIVE_ALIGNMENT. Returns
// where they begin.
static uint64_t add_member(struct blob *archive, uint32_t number, const char *name, const void *data, size_t size_bytes)
{
	char header[CELL_ARCHIVE_HEADER_SIZE + 1];
	size_t name_size = strlen(name) + 1;
	while ((archive->size_bytes + CELL_ARCHIVE_HEADER_SIZE + name_size) % CELL_ARCHIVE_ALIGNMENT)
		name_size++;
	snprintf(header, sizeof header, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", number, 0100644,
		0, 0, 1, 0, size_bytes, 0, 0, 0, 0, name_size, 0);
	blob_add(archive, header, CELL_ARCHIVE_HEADER_SIZE);
	blob_add(archive, name, strlen(name) + 1);
	blob_align(archive, CELL_ARCHIVE_ALIGNMENT);
	uint64_t place = archive->size_bytes;
	blob_add(archive, data, size_bytes);
	blob_align(archive, CPIO_ALIGNMENT);
	return place;
}

// The size of the index does not depend on the offsets in it, so it is made twice: once to know where the objects go.
static struct blob index_of(const struct package *package)
{
	struct blob cells = {}, symbols = {}, strings = {}, whole = {};
	blob_add_string(&strings, "");
	for (size_t i = 0; i < package->cells.count; i++) {
		const struct packed_cell *cell = &package->cells.items[i];
		struct symbol_index_cell_record record = {.name_string = blob_add_string(&strings, cell->name),
			.flags = cell->is_static ? SYMBOL_INDEX_STATIC : 0,
			.object_offset = cell->object_offset,
			.object_size_bytes = cell->sealed.object.size_bytes};
		blob_add(&cells, &record, sizeof record);
	}
	for (size_t i = 0; i < package->symbols.count; i++) {
		const struct packed_symbol *symbol = &package->symbols.items[i];
		struct symbol_index_symbol_record record = {
			blob_add_string(&strings, symbol->name), (uint32_t)symbol->cell};
		blob_add(&symbols, &record, sizeof record);
	}
	struct symbol_index_header header = {.version = SYMBOL_INDEX_VERSION,
		.cell_count = (uint32_t)package->cells.count,
		.cells_offset = sizeof header,
		.symbol_count = (uint32_t)package->symbols.count,
		.strings_size_bytes = (uint32_t)strings.size_bytes};
	memcpy(header.magic, SYMBOL_INDEX_MAGIC, sizeof header.magic);
	header.symbols_offset = header.cells_offset + (uint32_t)cells.size_bytes;
	header.strings_offset = header.symbols_offset + (uint32_t)symbols.size_bytes;
	header.size_bytes = header.strings_offset + header.strings_size_bytes;
	header.size_bytes += -header.size_bytes % INDEX_ALIGNMENT;
	blob_add(&whole, &header, sizeof header);
	blob_add(&whole, cells.bytes, cells.size_bytes);
	blob_add(&whole, symbols.bytes, symbols.size_bytes);
	blob_add(&whole, strings.bytes, strings.size_bytes);
	blob_align(&whole, INDEX_ALIGNMENT);
	return whole;
}

static struct blob archive_with(struct package *package, const struct blob *index)
{
	struct blob archive = {};
	uint32_t number = 1;
	add_member(&archive, number++, CELL_ARCHIVE_INDEX_MEMBER, index->bytes, index->size_bytes);
	if (package->map.size_bytes)
		add_member(&archive, number++, CELL_ARCHIVE_MAP_MEMBER, package->map.bytes, package->map.size_bytes);
	for (size_t i = 0; i < package->cells.count; i++) {
		struct packed_cell *cell = &package->cells.items[i];
		const char *name = list_format("%s%s", cell->name, CELL_ARCHIVE_OBJECT_SUFFIX);
		cell->object_offset = add_member(
			&archive, number++, name, cell->sealed.object.contents, cell->sealed.object.size_bytes);
	}
	add_member(&archive, number, "TRAILER!!!", nullptr, 0);
	return archive;
}

struct blob package_archive(struct package *package)
{
	struct blob index = index_of(package);
	archive_with(package, &index);
	index = index_of(package);
	return archive_with(package, &index);
}
