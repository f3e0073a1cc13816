#include "tests/metadata/formats_walk.h"

#include <stdlib.h>
#include <string.h>

#include "cells/loader/cell_archive/cell_archive.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "cells/loader/static_map/static_map.h"
#include "cells/loader/symbol_index/symbol_index.h"

// Reads every character, so that a view that points nowhere shows.
static size_t touch(struct text text)
{
	static volatile char sink;
	for (size_t i = 0; i < text.length; i++)
		sink = text_at(text, i);
	(void)sink;
	return 1;
}

// After a refusal there must be a cause, and nothing else.
static void demand_cause(const struct diagnosis *why)
{
	if (!why->message[0])
		abort();
}

size_t formats_walk_metadata(struct bytes data)
{
	struct cell_metadata metadata;
	struct diagnosis why = {};
	if (cell_metadata_open(data, &metadata, &why)) {
		demand_cause(&why);
		return 0;
	}
	size_t count = touch(metadata.name) + touch(metadata.group) + touch(metadata.version) +
		       touch(metadata.summary) + touch(metadata.init_symbol) + touch(metadata.exit_symbol);
	for (uint32_t i = 0; i < metadata.dependency_count; i++)
		count += touch(cell_metadata_dependency(&metadata, i).name);
	for (uint32_t i = 0; i < metadata.export_count; i++) {
		struct cell_export symbol = cell_metadata_export(&metadata, i), found;
		count += touch(symbol.name);
		if (cell_metadata_find_export(&metadata, symbol.name, &found))
			abort();
	}
	for (uint32_t i = 0; i < metadata.import_count; i++) {
		struct cell_import symbol = cell_metadata_import(&metadata, i), found;
		count += touch(symbol.name) + touch(cell_metadata_dependency(&metadata, symbol.dependency).name);
		if (cell_metadata_find_import(&metadata, symbol.name, &found))
			abort();
	}
	for (uint32_t i = 0; i < metadata.state_count; i++) {
		struct cell_state_variable state = cell_metadata_state(&metadata, i), found;
		count += touch(state.name);
		if (cell_metadata_find_state(&metadata, state.name, &found))
			abort();
	}
	return count;
}

size_t formats_walk_index(struct bytes data)
{
	struct symbol_index index;
	struct symbol_index_cell found;
	struct diagnosis why = {};
	size_t count = 1;
	if (symbol_index_open(data, &index, &why)) {
		demand_cause(&why);
		return 0;
	}
	for (uint32_t i = 0; i < index.cell_count; i++)
		count += touch(symbol_index_cell_at(&index, i).name);
	for (uint32_t i = 0; i < index.symbol_count; i++) {
		struct symbol_index_symbol symbol = symbol_index_symbol_at(&index, i);
		count += touch(symbol.name);
		if (symbol_index_find(&index, symbol.name, &found) ||
			!text_equal(found.name, symbol_index_cell_at(&index, symbol.cell).name) ||
			symbol_index_lower_bound(&index, symbol.name) != i)
			abort();
	}
	return count;
}

size_t formats_walk_map(struct bytes data)
{
	struct static_map map;
	struct diagnosis why = {};
	size_t count = 1;
	if (static_map_open(data, &map, &why)) {
		demand_cause(&why);
		return 0;
	}
	for (uint32_t i = 0; i < map.cell_count; i++) {
		struct static_map_cell cell = static_map_cell_at(&map, i);
		count += touch(cell.name);
		for (uint32_t j = 0; j < cell.section_count; j++) {
			struct static_map_section section = static_map_section_at(&map, &cell, j), found;
			count += touch(section.name);
			if (static_map_find_section(&map, &cell, section.section_index, &found) ||
				found.address != section.address)
				abort();
		}
	}
	return count;
}

// A cell section stands in an object wherever its magic does; its size is in its own header.
static size_t walk_sections_of(struct bytes object)
{
	size_t count = 0;
	for (size_t at = 0; at + sizeof(struct cell_metadata_header) <= object.size_bytes; at++) {
		struct cell_metadata_header header;
		struct bytes section;
		if (memcmp(object.data + at, CELL_METADATA_MAGIC, sizeof header.magic))
			continue;
		memcpy(&header, object.data + at, sizeof header);
		if (!bytes_slice(object, at, header.size_bytes, &section))
			count += formats_walk_metadata(section);
	}
	return count;
}

size_t formats_walk_archive(struct bytes data)
{
	struct cell_archive archive;
	struct cell_archive_member member, found;
	struct diagnosis why = {};
	uint64_t cursor = 0;
	size_t count = 1;
	if (cell_archive_open(data, &archive, &why)) {
		demand_cause(&why);
		return 0;
	}
	while (!cell_archive_next(&archive, &cursor, &member)) {
		struct bytes object;
		count += touch(member.name);
		if (cell_archive_find(&archive, member.name, &found) ||
			cell_archive_object(&archive, member.data_offset, member.data.size_bytes, &object, nullptr))
			abort();
		if (text_equal(member.name, TEXT(CELL_ARCHIVE_INDEX_MEMBER)))
			count += formats_walk_index(member.data);
		else if (text_equal(member.name, TEXT(CELL_ARCHIVE_MAP_MEMBER)))
			count += formats_walk_map(member.data);
		else
			count += walk_sections_of(member.data);
	}
	return count;
}
