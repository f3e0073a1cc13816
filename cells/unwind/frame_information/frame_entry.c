// Entries: what is written about a function (FDE), and what it shares with others (CIE).
#include "cells/base/text/text.h"
#include "cells/unwind/dwarf_reader/dwarf_reader.h"
#include "cells/unwind/frame_information/frame_information.h"

enum {
	LENGTH_BYTES = 4,
	LENGTH_LONG = 0xFFFFFFFF,
	COMMON_ID = 0, // in place of the distance to the common part
	UNIT_MAX = 64, // for code and data: far above what x86-64 needs, so that no product overflows
	ENTRY_BYTES_MAX = 1 << 20,
};

// One record of the table: `content` is what follows its length and id.
struct record {
	size_t offset;
	size_t end;
	uint32_t id;
	size_t id_at;
	struct dwarf_reader content;
};

// STATUS_END: the table ends here.
static enum status open_record(
	const struct frame_table *table, size_t offset, struct record *record, struct diagnosis *why)
{
	uint32_t length;
	uint32_t id;
	struct bytes content;
	size_t id_at = offset + LENGTH_BYTES;
	if (offset == table->content.size_bytes)
		return STATUS_END;
	if (bytes_read_u32(table->content, offset, &length))
		return diagnosis_set(
			why, STATUS_MALFORMED, "unwind table: the length of the entry at %#zx is cut off", offset);
	if (length == 0)
		return STATUS_END;
	if (length == LENGTH_LONG)
		return diagnosis_set(
			why, STATUS_UNSUPPORTED, "unwind table: the entry at %#zx has a 64-bit length", offset);
	if (length > ENTRY_BYTES_MAX || bytes_slice(table->content, id_at, length, &content))
		return diagnosis_set(why, STATUS_MALFORMED,
			"unwind table: the entry at %#zx ends beyond the table: it has %u bytes", offset,
			(unsigned)length);
	if (bytes_read_u32(content, 0, &id))
		return diagnosis_set(
			why, STATUS_MALFORMED, "unwind table: the entry at %#zx is too short for its kind", offset);
	*record = (struct record){
		.offset = offset,
		.end = id_at + length,
		.id = id,
		.id_at = id_at,
		.content = {.data = content, .address = table->address + id_at, .at = sizeof id},
	};
	return STATUS_OK;
}

// What is left of a record, as a place in the table.
static size_t place_of(const struct record *record)
{
	return record->id_at + record->content.at;
}

// ---- Common part ----

enum { AUGMENTATION_MAX = 8 };

// The letters after "z" say what the augmentation data hold, in this order.
static enum status read_augmentation(const struct record *record, struct text letters, struct dwarf_reader *data,
	struct frame_common_part *common, struct diagnosis *why)
{
	for (size_t i = 1; i < letters.length; i++) {
		char letter = text_at(letters, i);
		uint8_t encoding;
		uint64_t personality;
		enum status status = STATUS_OK;
		switch (letter) {
		case 'R':
			status = dwarf_reader_u8(data, &common->encoding);
			break;
		case 'L':
			status = dwarf_reader_u8(data, &common->call_sites_encoding);
			break;
		case 'P': // who interprets the call sites: nobody asks, there is one way only
			status = dwarf_reader_u8(data, &encoding);
			if (!status)
				status = dwarf_reader_pointer(
					data, encoding & DWARF_ENCODING_FORM_MASK, 0, &personality);
			break;
		case 'S':
			common->is_interrupt = true;
			break;
		default:
			return diagnosis_set(why, STATUS_UNSUPPORTED,
				"unwind table: the common part at %#zx has the unknown augmentation '%c'",
				record->offset, letter);
		}
		if (status)
			return diagnosis_set(why, STATUS_MALFORMED,
				"unwind table: the common part at %#zx: augmentation '%c' has no sound value",
				record->offset, letter);
	}
	return STATUS_OK;
}

static enum status read_letters(struct record *record, struct text *letters, struct diagnosis *why)
{
	struct bytes rest;
	size_t at = record->content.at;
	if (bytes_slice(record->content.data, at, record->content.data.size_bytes - at, &rest))
		return STATUS_OUT_OF_RANGE; // not reached: `at` lies within
	size_t length = 0;
	while (length < rest.size_bytes && length <= AUGMENTATION_MAX && bytes_at(rest, length) != 0)
		length++;
	if (length == rest.size_bytes || length > AUGMENTATION_MAX)
		return diagnosis_set(why, STATUS_MALFORMED,
			"unwind table: the augmentation of the common part at %#zx does not end", record->offset);
	*letters = (struct text){(const char *)rest.data, length};
	if (length > 0 && text_at(*letters, 0) != 'z')
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"unwind table: the augmentation of the common part at %#zx does not begin with 'z'",
			record->offset);
	record->content.at = at + length + 1;
	return STATUS_OK;
}

static enum status read_units(
	struct record *record, uint8_t version, struct frame_common_part *common, struct diagnosis *why)
{
	uint64_t register_number = 0;
	uint8_t short_number = 0;
	if (dwarf_reader_uleb128(&record->content, &common->code_unit) ||
		dwarf_reader_sleb128(&record->content, &common->data_unit) ||
		(version == 1 ? dwarf_reader_u8(&record->content, &short_number)
			      : dwarf_reader_uleb128(&record->content, &register_number)))
		return diagnosis_set(why, STATUS_MALFORMED, "unwind table: the common part at %#zx has no sound units",
			record->offset);
	if (version == 1)
		register_number = short_number;
	if (common->code_unit == 0 || common->code_unit > UNIT_MAX)
		return diagnosis_set(why, STATUS_MALFORMED,
			"unwind table: the common part at %#zx counts code in units of %llu", record->offset,
			(unsigned long long)common->code_unit);
	if (common->data_unit == 0 || common->data_unit > UNIT_MAX || common->data_unit < -UNIT_MAX)
		return diagnosis_set(why, STATUS_MALFORMED,
			"unwind table: the common part at %#zx counts data in units of %lld", record->offset,
			(long long)common->data_unit);
	if (register_number != FRAME_RIP)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"unwind table: the common part at %#zx keeps the return address in register %llu; it is %d",
			record->offset, (unsigned long long)register_number, FRAME_RIP);
	return STATUS_OK;
}

static enum status read_common(
	const struct frame_table *table, size_t offset, struct frame_common_part *common, struct diagnosis *why)
{
	struct record record;
	enum status status = open_record(table, offset, &record, why);
	if (status == STATUS_END)
		return diagnosis_set(why, STATUS_MALFORMED, "unwind table: no common part at %#zx", offset);
	if (status)
		return status;
	if (record.id != COMMON_ID)
		return diagnosis_set(
			why, STATUS_MALFORMED, "unwind table: the entry at %#zx is no common part", offset);
	uint8_t version;
	if (dwarf_reader_u8(&record.content, &version))
		return diagnosis_set(
			why, STATUS_MALFORMED, "unwind table: the common part at %#zx has no version", offset);
	if (version != 1 && version != 3)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"unwind table: the common part at %#zx has version %u; 1 and 3 are known", offset, version);
	struct frame_common_part found = {
		.table_address = table->address,
		.offset = offset,
		.call_sites_encoding = DWARF_ENCODING_OMITTED,
	};
	struct text letters;
	TRY(read_letters(&record, &letters, why));
	TRY(read_units(&record, version, &found, why));
	if (letters.length > 0) {
		uint64_t size_bytes;
		struct dwarf_reader data;
		if (dwarf_reader_uleb128(&record.content, &size_bytes) ||
			dwarf_reader_block(&record.content, size_bytes, &data))
			return diagnosis_set(why, STATUS_MALFORMED,
				"unwind table: the augmentation data of the common part at %#zx are cut off", offset);
		TRY(read_augmentation(&record, letters, &data, &found, why));
		found.has_augmentation = true;
	}
	found.program = place_of(&record);
	found.program_bytes = record.end - found.program;
	*common = found;
	return STATUS_OK;
}

// ---- Entry ----

static enum status read_function(
	struct record *record, const struct frame_common_part *common, struct frame_entry *entry, struct diagnosis *why)
{
	enum status status = dwarf_reader_pointer(&record->content, common->encoding, 0, &entry->function_start);
	if (!status) // a size counts from nothing
		status = dwarf_reader_pointer(
			&record->content, common->encoding & DWARF_ENCODING_FORM_MASK, 0, &entry->function_size_bytes);
	if (status)
		return diagnosis_set(why, status == STATUS_UNSUPPORTED ? status : STATUS_MALFORMED,
			"unwind table: the entry at %#zx does not say where its function is (encoding %#x)",
			record->offset, common->encoding);
	if (entry->function_size_bytes == 0 || entry->function_size_bytes > UINT64_MAX - entry->function_start)
		return diagnosis_set(why, STATUS_MALFORMED,
			"unwind table: the entry at %#zx is of a function of %llu bytes at %#llx", record->offset,
			(unsigned long long)entry->function_size_bytes, (unsigned long long)entry->function_start);
	if (!common->has_augmentation)
		return STATUS_OK;
	uint64_t size_bytes;
	struct dwarf_reader data;
	if (dwarf_reader_uleb128(&record->content, &size_bytes) ||
		dwarf_reader_block(&record->content, size_bytes, &data))
		return diagnosis_set(why, STATUS_MALFORMED,
			"unwind table: the augmentation data of the entry at %#zx are cut off", record->offset);
	if (common->call_sites_encoding == DWARF_ENCODING_OMITTED)
		return STATUS_OK;
	status = dwarf_reader_pointer(&data, common->call_sites_encoding, entry->function_start, &entry->call_sites);
	if (status)
		return diagnosis_set(why, status == STATUS_UNSUPPORTED ? status : STATUS_MALFORMED,
			"unwind table: the entry at %#zx does not say where its call sites are (encoding %#x)",
			record->offset, common->call_sites_encoding);
	return STATUS_OK;
}

static enum status read_entry(const struct frame_table *table, struct record *record, struct frame_common *common,
	struct frame_entry *entry, struct diagnosis *why)
{
	if (record->id > record->id_at)
		return diagnosis_set(why, STATUS_MALFORMED,
			"unwind table: the entry at %#zx takes its common part from before the table", record->offset);
	size_t common_offset = record->id_at - record->id;
	const struct frame_common_part *part = &common->part;
	if (!common->is_known || part->table_address != table->address || part->offset != common_offset) {
		TRY(read_common(table, common_offset, &common->part, why));
		common->is_known = true;
		common->has_rules = false;
	}
	struct frame_entry found = {
		.table = *table,
		.code_unit = part->code_unit,
		.data_unit = part->data_unit,
		.encoding = part->encoding,
		.is_interrupt = part->is_interrupt,
		.common_program = part->program,
		.common_program_bytes = part->program_bytes,
	};
	TRY(read_function(record, part, &found, why));
	found.program = place_of(record);
	found.program_bytes = record->end - found.program;
	*entry = found;
	return STATUS_OK;
}

enum status frame_information_entry(const struct frame_table *table, size_t offset, struct frame_common *common,
	struct frame_entry *entry, struct diagnosis *why)
{
	struct record record;
	enum status status = open_record(table, offset, &record, why);
	if (status == STATUS_END || (!status && record.id == COMMON_ID))
		return diagnosis_set(why, STATUS_MALFORMED, "unwind table: no function's entry is at %#zx", offset);
	if (status)
		return status;
	return read_entry(table, &record, common, entry, why);
}

enum status frame_information_next(const struct frame_table *table, size_t *cursor, struct frame_common *common,
	size_t *offset, struct frame_entry *entry, struct diagnosis *why)
{
	for (;;) {
		struct record record;
		TRY(open_record(table, *cursor, &record, why));
		if (record.id != COMMON_ID)
			TRY(read_entry(table, &record, common, entry, why));
		*cursor = record.end;
		if (record.id == COMMON_ID)
			continue;
		*offset = record.offset;
		return STATUS_OK;
	}
}
