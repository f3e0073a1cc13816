#include "cells/loader/static_map/static_map.h"

#include "cells/base/panic/panic.h"

enum { ALIGNMENT = 8 };

static enum status check_header(struct bytes raw, struct static_map_header *header, struct diagnosis *why)
{
	if (bytes_read(raw, 0, header, sizeof *header))
		return diagnosis_set(why, STATUS_MALFORMED,
			"map of nano_core: %zu bytes are too few for the header of %zu", raw.size_bytes,
			sizeof *header);
	if (!bytes_equal(bytes_from(header->magic, sizeof header->magic), bytes_from(STATIC_MAP_MAGIC, 8)))
		return diagnosis_set(why, STATUS_MALFORMED, "map of nano_core: the magic is not %s", STATIC_MAP_MAGIC);
	if (header->version != STATIC_MAP_VERSION)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "map of nano_core: format version %u, known is %u",
			header->version, STATIC_MAP_VERSION);
	if (header->size_bytes != raw.size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED, "map of nano_core: it says %u bytes, but has %zu",
			header->size_bytes, raw.size_bytes);
	if (AT(header->reserved, 0) != 0 || AT(header->reserved, 1) != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "map of nano_core: a reserved field is not zero");
	return STATUS_OK;
}

// The tables and the strings stand one behind the other; only the last may be followed, by padding.
static enum status check_places(struct bytes raw, const struct static_map_header *header, struct diagnosis *why)
{
	uint64_t cells = sizeof *header;
	uint64_t sections = cells + (uint64_t)header->cell_count * sizeof(struct static_map_cell_record);
	uint64_t strings = sections + (uint64_t)header->section_count * sizeof(struct static_map_section_record);
	uint64_t end = strings + header->strings_size_bytes;
	if (header->cells_offset != cells || header->sections_offset != sections || header->strings_offset != strings)
		return diagnosis_set(why, STATUS_MALFORMED,
			"map of nano_core: cells, sections and strings begin at %u, %u, %u, not at %llu, %llu, %llu",
			header->cells_offset, header->sections_offset, header->strings_offset,
			(unsigned long long)cells, (unsigned long long)sections, (unsigned long long)strings);
	if (end > raw.size_bytes || raw.size_bytes - end >= ALIGNMENT)
		return diagnosis_set(why, STATUS_MALFORMED,
			"map of nano_core: its parts take %llu bytes, but it has %zu", (unsigned long long)end,
			raw.size_bytes);
	return STATUS_OK;
}

static struct static_map_section_record section_record(const struct static_map *map, uint32_t index)
{
	struct static_map_section_record record;
	if (bytes_read(map->sections, (uint64_t)index * sizeof record, &record, sizeof record))
		panic_out_of_bounds(index, map->section_count);
	return record;
}

// Each cell's sections follow those of the cell before it, in strictly rising order of their index.
static enum status check_sections(const struct static_map *map, struct diagnosis *why)
{
	uint64_t expected = 0;
	for (uint32_t position = 0; position < map->cell_count; position++) {
		struct static_map_cell cell = static_map_cell_at(map, position);
		uint64_t end = (uint64_t)cell.first_section + cell.section_count;
		if (cell.first_section != expected || end > map->section_count)
			return diagnosis_set(why, STATUS_MALFORMED,
				"map of nano_core: the sections of %.*s (%u from %u) are misplaced",
				TEXT_ARGUMENTS(cell.name), cell.section_count, cell.first_section);
		expected = end;
		uint32_t before = 0;
		for (uint32_t index = cell.first_section; index < end; index++) {
			struct static_map_section_record record = section_record(map, index);
			struct text name;
			TRY(name_table_string(map->cells.strings, record.name_string, "map of nano_core", &name, why));
			if (record.section_index <= before || record.address + record.size_bytes < record.address)
				return diagnosis_set(why, STATUS_MALFORMED,
					"map of nano_core: section %u of %.*s is out of order or range",
					record.section_index, TEXT_ARGUMENTS(cell.name));
			before = record.section_index;
		}
	}
	if (expected != map->section_count)
		return diagnosis_set(why, STATUS_MALFORMED, "map of nano_core: %llu of %u sections belong to a cell",
			(unsigned long long)expected, map->section_count);
	return STATUS_OK;
}

enum status static_map_open(struct bytes raw, struct static_map *map, struct diagnosis *why)
{
	struct static_map_header header;
	struct bytes strings;
	TRY(check_header(raw, &header, why));
	TRY(check_places(raw, &header, why));
	TRY(bytes_slice(raw, header.strings_offset, header.strings_size_bytes, &strings));
	struct static_map opened = {.cell_count = header.cell_count,
		.section_count = header.section_count,
		.unwind_address = header.unwind_address,
		.unwind_size_bytes = header.unwind_size_bytes};
	struct name_table_layout cells = {"cells of nano_core", header.cells_offset, header.cell_count,
		sizeof(struct static_map_cell_record), CELL_METADATA_NAME_LIMIT};
	TRY(name_table_open(raw, strings, &cells, &opened.cells, why));
	TRY(bytes_slice(raw, header.sections_offset,
		(uint64_t)header.section_count * sizeof(struct static_map_section_record), &opened.sections));
	TRY(check_sections(&opened, why));
	*map = opened;
	return STATUS_OK;
}

struct static_map_cell static_map_cell_at(const struct static_map *map, uint32_t position)
{
	struct static_map_cell_record record;
	name_table_record(&map->cells, position, &record);
	return (struct static_map_cell){.name = name_table_name(&map->cells, position),
		.first_section = record.first_section,
		.section_count = record.section_count,
		.build_id = record.build_id,
		.object_digest = record.object_digest};
}

enum status static_map_find_cell(const struct static_map *map, struct text cell_name, struct static_map_cell *cell)
{
	uint32_t position;
	TRY(name_table_find(&map->cells, cell_name, &position));
	*cell = static_map_cell_at(map, position);
	return STATUS_OK;
}

struct static_map_section static_map_section_at(
	const struct static_map *map, const struct static_map_cell *cell, uint32_t position)
{
	if (position >= cell->section_count)
		panic_out_of_bounds(position, cell->section_count);
	struct static_map_section_record record = section_record(map, cell->first_section + position);
	struct static_map_section section = {
		.section_index = record.section_index, .address = record.address, .size_bytes = record.size_bytes};
	if (name_table_string(map->cells.strings, record.name_string, "map of nano_core", &section.name, nullptr))
		panic("section name %u vanished from a map that was checked", position);
	return section;
}

enum status static_map_find_section(const struct static_map *map, const struct static_map_cell *cell,
	uint32_t section_index, struct static_map_section *section)
{
	uint32_t low = 0, high = cell->section_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct static_map_section candidate = static_map_section_at(map, cell, middle);
		if (candidate.section_index == section_index) {
			*section = candidate;
			return STATUS_OK;
		}
		if (candidate.section_index < section_index)
			low = middle + 1;
		else
			high = middle;
	}
	return STATUS_NOT_FOUND;
}
