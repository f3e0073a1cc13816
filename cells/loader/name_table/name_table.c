#include "cells/loader/name_table/name_table.h"

#include "cells/base/panic/panic.h"

enum { LENGTH_SIZE = 2, TERMINATOR_SIZE = 1 };

enum status name_table_string(
	struct bytes strings, uint32_t string, const char *what, struct text *text, struct diagnosis *why)
{
	uint16_t length;
	if (bytes_read_u16(strings, string, &length))
		return diagnosis_set(why, STATUS_MALFORMED,
			"%s: string at %u lies outside the string table of %zu bytes", what, string,
			strings.size_bytes);
	struct bytes characters;
	if (bytes_slice(strings, (uint64_t)string + LENGTH_SIZE, (uint64_t)length + TERMINATOR_SIZE, &characters))
		return diagnosis_set(why, STATUS_MALFORMED,
			"%s: string at %u of %u bytes ends beyond the string table of %zu bytes", what, string, length,
			strings.size_bytes);
	if (bytes_at(characters, length) != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "%s: string at %u is not closed by a zero", what, string);
	*text = (struct text){(const char *)characters.data, length};
	return STATUS_OK;
}

// The name of one record, before the table is known to be good.
static enum status read_name(const struct name_table *table, uint32_t index, const struct name_table_layout *layout,
	struct text *name, struct diagnosis *why)
{
	uint32_t string;
	TRY(bytes_read_u32(table->records, (uint64_t)index * table->record_size_bytes, &string));
	TRY(name_table_string(table->strings, string, layout->what, name, why));
	if (name->length == 0)
		return diagnosis_set(why, STATUS_MALFORMED, "%s: entry %u has no name", layout->what, index);
	if (name->length > layout->name_limit)
		return diagnosis_set(why, STATUS_MALFORMED,
			"%s: the name of entry %u has %zu bytes, at most %u are allowed", layout->what, index,
			name->length, layout->name_limit);
	if (text_find(*name, '\0') != name->length)
		return diagnosis_set(
			why, STATUS_MALFORMED, "%s: the name of entry %u has a zero in it", layout->what, index);
	return STATUS_OK;
}

enum status name_table_open(struct bytes raw, struct bytes strings, const struct name_table_layout *layout,
	struct name_table *table, struct diagnosis *why)
{
	struct name_table opened = {
		.strings = strings, .count = layout->count, .record_size_bytes = layout->record_size_bytes};
	if (bytes_slice(raw, layout->offset, (uint64_t)layout->count * layout->record_size_bytes, &opened.records))
		return diagnosis_set(why, STATUS_MALFORMED,
			"%s: %u entries at %u end beyond the %zu bytes that there are", layout->what, layout->count,
			layout->offset, raw.size_bytes);
	struct text before = {};
	for (uint32_t index = 0; index < layout->count; index++) {
		struct text name;
		TRY(read_name(&opened, index, layout, &name, why));
		if (text_compare(before, name) >= 0)
			return diagnosis_set(why, STATUS_MALFORMED,
				"%s: entry %u (%.*s) does not come after the one before it", layout->what, index,
				TEXT_ARGUMENTS(name));
		before = name;
	}
	*table = opened;
	return STATUS_OK;
}

void name_table_record(const struct name_table *table, uint32_t index, void *record)
{
	if (index >= table->count)
		panic_out_of_bounds(index, table->count);
	if (bytes_read(table->records, (uint64_t)index * table->record_size_bytes, record, table->record_size_bytes))
		panic("record %u vanished from a table that was checked", index);
}

struct text name_table_name(const struct name_table *table, uint32_t index)
{
	if (index >= table->count)
		panic_out_of_bounds(index, table->count);
	uint32_t string;
	uint16_t length;
	struct bytes characters;
	if (bytes_read_u32(table->records, (uint64_t)index * table->record_size_bytes, &string) ||
		bytes_read_u16(table->strings, string, &length) ||
		bytes_slice(table->strings, (uint64_t)string + LENGTH_SIZE, length, &characters))
		panic("name %u vanished from a table that was checked", index);
	return (struct text){(const char *)characters.data, characters.size_bytes};
}

uint32_t name_table_lower_bound(const struct name_table *table, struct text name)
{
	uint32_t low = 0, high = table->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (text_compare(name_table_name(table, middle), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum status name_table_find(const struct name_table *table, struct text name, uint32_t *index)
{
	uint32_t position = name_table_lower_bound(table, name);
	if (position == table->count || !text_equal(name_table_name(table, position), name))
		return STATUS_NOT_FOUND;
	*index = position;
	return STATUS_OK;
}
