#include "cells/loader/symbol_index/symbol_index.h"

enum { CELL_NAME_LIMIT = 63, SYMBOL_NAME_LIMIT = 255, ALIGNMENT = 8 };

static enum status check_header(struct bytes raw, struct symbol_index_header *header, struct diagnosis *why)
{
	if (bytes_read(raw, 0, header, sizeof *header))
		return diagnosis_set(why, STATUS_MALFORMED, "symbol index: %zu bytes are too few for the header of %zu",
			raw.size_bytes, sizeof *header);
	if (!bytes_equal(bytes_from(header->magic, sizeof header->magic), bytes_from(SYMBOL_INDEX_MAGIC, 8)))
		return diagnosis_set(why, STATUS_MALFORMED, "symbol index: the magic is not %s", SYMBOL_INDEX_MAGIC);
	if (header->version != SYMBOL_INDEX_VERSION)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol index: format version %u, known is %u",
			header->version, SYMBOL_INDEX_VERSION);
	if (header->size_bytes != raw.size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol index: it says %u bytes, but has %zu",
			header->size_bytes, raw.size_bytes);
	for (size_t place = 0; place < COUNT_OF(header->reserved); place++)
		if (AT(header->reserved, place) != 0)
			return diagnosis_set(why, STATUS_MALFORMED, "symbol index: a reserved field is not zero");
	return STATUS_OK;
}

// The tables and the strings stand one behind the other; only the last may be followed, by padding.
static enum status check_places(struct bytes raw, const struct symbol_index_header *header, struct diagnosis *why)
{
	uint64_t cells = sizeof *header;
	uint64_t symbols = cells + (uint64_t)header->cell_count * sizeof(struct symbol_index_cell_record);
	uint64_t strings = symbols + (uint64_t)header->symbol_count * sizeof(struct symbol_index_symbol_record);
	uint64_t end = strings + header->strings_size_bytes;
	if (header->cells_offset != cells || header->symbols_offset != symbols || header->strings_offset != strings)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol index: cells, symbols and strings begin at %u, %u, %u, not at %llu, %llu, %llu",
			header->cells_offset, header->symbols_offset, header->strings_offset, (unsigned long long)cells,
			(unsigned long long)symbols, (unsigned long long)strings);
	if (end > raw.size_bytes || raw.size_bytes - end >= ALIGNMENT)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol index: its parts take %llu bytes, but it has %zu",
			(unsigned long long)end, raw.size_bytes);
	return STATUS_OK;
}

static enum status check_entries(const struct symbol_index *index, struct diagnosis *why)
{
	for (uint32_t position = 0; position < index->cell_count; position++) {
		struct symbol_index_cell_record record;
		name_table_record(&index->cells, position, &record);
		if (record.flags & ~(uint32_t)SYMBOL_INDEX_STATIC)
			return diagnosis_set(
				why, STATUS_MALFORMED, "symbol index: cell %u has flags 0x%x", position, record.flags);
	}
	for (uint32_t position = 0; position < index->symbol_count; position++) {
		struct symbol_index_symbol_record record;
		name_table_record(&index->symbols, position, &record);
		if (record.cell >= index->cell_count)
			return diagnosis_set(why, STATUS_MALFORMED, "symbol index: symbol %u is in cell %u of %u",
				position, record.cell, index->cell_count);
	}
	return STATUS_OK;
}

enum status symbol_index_open(struct bytes raw, struct symbol_index *index, struct diagnosis *why)
{
	struct symbol_index_header header;
	struct bytes strings;
	TRY(check_header(raw, &header, why));
	TRY(check_places(raw, &header, why));
	TRY(bytes_slice(raw, header.strings_offset, header.strings_size_bytes, &strings));
	struct symbol_index opened = {.cell_count = header.cell_count, .symbol_count = header.symbol_count};
	struct name_table_layout cells = {"cells of the symbol index", header.cells_offset, header.cell_count,
		sizeof(struct symbol_index_cell_record), CELL_NAME_LIMIT};
	struct name_table_layout symbols = {"symbols of the symbol index", header.symbols_offset, header.symbol_count,
		sizeof(struct symbol_index_symbol_record), SYMBOL_NAME_LIMIT};
	TRY(name_table_open(raw, strings, &cells, &opened.cells, why));
	TRY(name_table_open(raw, strings, &symbols, &opened.symbols, why));
	TRY(check_entries(&opened, why));
	*index = opened;
	return STATUS_OK;
}

struct symbol_index_cell symbol_index_cell_at(const struct symbol_index *index, uint32_t position)
{
	struct symbol_index_cell_record record;
	name_table_record(&index->cells, position, &record);
	return (struct symbol_index_cell){
		name_table_name(&index->cells, position), record.flags, record.object_offset, record.object_size_bytes};
}

struct symbol_index_symbol symbol_index_symbol_at(const struct symbol_index *index, uint32_t position)
{
	struct symbol_index_symbol_record record;
	name_table_record(&index->symbols, position, &record);
	return (struct symbol_index_symbol){name_table_name(&index->symbols, position), record.cell};
}

enum status symbol_index_find_cell(
	const struct symbol_index *index, struct text cell_name, struct symbol_index_cell *cell)
{
	uint32_t position;
	TRY(name_table_find(&index->cells, cell_name, &position));
	*cell = symbol_index_cell_at(index, position);
	return STATUS_OK;
}

enum status symbol_index_find(const struct symbol_index *index, struct text symbol, struct symbol_index_cell *cell)
{
	uint32_t position;
	TRY(name_table_find(&index->symbols, symbol, &position));
	*cell = symbol_index_cell_at(index, symbol_index_symbol_at(index, position).cell);
	return STATUS_OK;
}

uint32_t symbol_index_lower_bound(const struct symbol_index *index, struct text prefix)
{
	return name_table_lower_bound(&index->symbols, prefix);
}
