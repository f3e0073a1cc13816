// From the root pointer to the tables.
#include "cells/machine/acpi_tables/acpi_tables.h"

#include "cells/base/text/text.h"
#include "cells/machine/acpi_tables/acpi_tables_internal.h"

enum {
	RSDP_REVISION = 15,
	RSDP_RSDT = 16,
	RSDP_LENGTH = 20,
	RSDP_XSDT = 24,
	RSDP_STEP = 16, // where one may begin
	HEADER_LENGTH = 4,
	EXTENDED_DATA_SEGMENT = 0x40E,
	EXTENDED_DATA_BYTES = 1024,
	BIOS_START = 0xE0000,
	BIOS_END = 0x100000,
	WINDOW_BYTES = 1024,
	LOW_MEMORY_END = 0xA0000,
};

static CELL_STATE_ZERO struct {
	unsigned char list[ACPI_TABLES_BYTES_MAX];
	unsigned char table[ACPI_TABLES_BYTES_MAX];
	struct acpi_tables result;
} buffers;

bool acpi_sum_is_right(struct bytes content)
{
	unsigned sum = 0;
	for (size_t i = 0; i < content.size_bytes; i++)
		sum += bytes_at(content, i);
	return sum % 256 == 0;
}

bool acpi_has_signature(struct bytes content, uint64_t offset, const char *expected)
{
	struct text letters = text_from(expected);
	struct bytes part;
	if (bytes_slice(content, offset, letters.length, &part))
		return false;
	return bytes_equal(part, bytes_from(letters.start, letters.length));
}

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) enum status read_memory(
	const struct acpi_memory *memory, uint64_t address, struct bytes_mut into)
{
	if (into.size_bytes > UINT64_MAX - address)
		return STATUS_OUT_OF_RANGE;
	return memory->read(memory->context, address, into);
}

// ---- One table ----

struct place {
	const struct acpi_memory *memory;
	uint64_t address;
	const char *who; // leads to it
	struct diagnosis *why;
};

static enum status unreadable(const struct place *place, enum status status)
{
	return diagnosis_set(place->why, status, "ACPI: the %s leads to 0x%llx, where there is nothing to read (%s)",
		place->who, (unsigned long long)place->address, status_name(status));
}

// Reads the header of the table into `buffer`, and says how long the table is.
static enum status read_header(const struct place *place, struct bytes_mut buffer, uint32_t *length)
{
	struct bytes_mut header;
	TRY(bytes_mut_slice(buffer, 0, ACPI_HEADER_BYTES, &header));
	enum status status = read_memory(place->memory, place->address, header);
	if (status)
		return unreadable(place, status);
	return bytes_read_u32(bytes_of_mut(header), HEADER_LENGTH, length);
}

// Reads the rest behind the header, and judges the whole.
static enum status read_rest(const struct place *place, struct bytes_mut buffer, uint32_t length, struct bytes *table)
{
	unsigned long long address = place->address;
	if (length < ACPI_HEADER_BYTES)
		return diagnosis_set(place->why, STATUS_MALFORMED,
			"ACPI: the table at 0x%llx has %u bytes, fewer than its header", address, length);
	if (length > buffer.size_bytes)
		return diagnosis_set(place->why, STATUS_OUT_OF_RANGE,
			"ACPI: the table at 0x%llx has %u bytes, more than %zu", address, length, buffer.size_bytes);
	struct bytes_mut whole;
	TRY(bytes_mut_slice(buffer, 0, length, &whole));
	enum status status = read_memory(place->memory, place->address, whole);
	if (status)
		return unreadable(place, status);
	// What has changed since the header was read is not the table that was judged.
	uint32_t again = 0;
	TRY(bytes_read_u32(bytes_of_mut(whole), HEADER_LENGTH, &again));
	if (again != length || !acpi_sum_is_right(bytes_of_mut(whole)))
		return diagnosis_set(
			place->why, STATUS_MALFORMED, "ACPI: the checksum of the table at 0x%llx is wrong", address);
	*table = bytes_of_mut(whole);
	return STATUS_OK;
}

typedef enum status table_parser(struct bytes table, struct acpi_tables *tables, struct diagnosis *why);

static const struct kind {
	const char *signature;
	table_parser *parse;
} kinds[] = {
	{"APIC", acpi_parse_madt},
	{"FACP", acpi_parse_fadt},
	{"HPET", acpi_parse_hpet},
};

static __attribute__((noinline)) enum status call_parser(
	table_parser *parse, struct bytes table, struct acpi_tables *tables, struct diagnosis *why)
{
	return parse(table, tables, why);
}

// Reads one of the tables that are listed, if it is of a kind that is understood.
static enum status read_listed(const struct place *place, struct acpi_tables *tables)
{
	struct bytes_mut buffer = bytes_mut_from(buffers.table, sizeof buffers.table);
	uint32_t length = 0;
	TRY(read_header(place, buffer, &length));
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (!acpi_has_signature(bytes_of_mut(buffer), 0, AT(kinds, i).signature))
			continue;
		struct bytes table;
		TRY(read_rest(place, buffer, length, &table));
		return call_parser(AT(kinds, i).parse, table, tables, place->why);
	}
	return STATUS_OK;
}

// ---- The list of tables ----

static enum status read_entry(struct bytes list, size_t index, size_t entry_bytes, uint64_t *address)
{
	uint64_t offset = ACPI_HEADER_BYTES + index * entry_bytes;
	if (entry_bytes == sizeof(uint64_t))
		return bytes_read_u64(list, offset, address);
	uint32_t low = 0;
	TRY(bytes_read_u32(list, offset, &low));
	*address = low;
	return STATUS_OK;
}

// `place` is that of an XSDT (entries of 8 bytes) or of an RSDT (4).
static enum status read_list(const struct place *place, size_t entry_bytes, struct acpi_tables *tables)
{
	struct bytes_mut buffer = bytes_mut_from(buffers.list, sizeof buffers.list);
	const char *name = entry_bytes == sizeof(uint64_t) ? "XSDT" : "RSDT";
	uint32_t length = 0;
	TRY(read_header(place, buffer, &length));
	if (!acpi_has_signature(bytes_of_mut(buffer), 0, name))
		return diagnosis_set(place->why, STATUS_MALFORMED,
			"ACPI: the root pointer leads to 0x%llx, where no %s is", (unsigned long long)place->address,
			name);
	struct bytes list;
	TRY(read_rest(place, buffer, length, &list));
	size_t count = (length - ACPI_HEADER_BYTES) / entry_bytes;
	if ((length - ACPI_HEADER_BYTES) % entry_bytes != 0)
		return diagnosis_set(place->why, STATUS_MALFORMED, "ACPI: the %s has a part of an entry", name);
	if (count > ACPI_TABLES_LISTED)
		return diagnosis_set(place->why, STATUS_OUT_OF_RANGE, "ACPI: the %s lists %zu tables, more than %d",
			name, count, ACPI_TABLES_LISTED);
	for (size_t i = 0; i < count; i++) {
		struct place listed = {place->memory, 0, name, place->why};
		TRY(read_entry(list, i, entry_bytes, &listed.address));
		if (listed.address != 0)
			TRY(read_listed(&listed, tables));
	}
	return STATUS_OK;
}

// ---- The root pointer ----

// Judges a root pointer; `*entry_bytes` says of which kind the list at `*list` is.
static enum status judge_root(struct bytes rsdp, uint64_t *list, size_t *entry_bytes, struct diagnosis *why)
{
	struct bytes old, whole;
	if (bytes_slice(rsdp, 0, ACPI_RSDP_OLD_BYTES, &old) || !acpi_has_signature(old, 0, "RSD PTR "))
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI: what should be the root pointer is none");
	if (!acpi_sum_is_right(old))
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI: the checksum of the root pointer is wrong");
	uint32_t rsdt = 0;
	TRY(bytes_read_u32(rsdp, RSDP_RSDT, &rsdt));
	*list = rsdt;
	*entry_bytes = sizeof(uint32_t);
	unsigned revision = bytes_at(rsdp, RSDP_REVISION);
	if (revision >= 2) {
		uint32_t length = 0;
		uint64_t xsdt = 0;
		if (bytes_read_u32(rsdp, RSDP_LENGTH, &length) || length < ACPI_RSDP_BYTES ||
			bytes_slice(rsdp, 0, ACPI_RSDP_BYTES, &whole))
			return diagnosis_set(why, STATUS_MALFORMED,
				"ACPI: a root pointer of revision %u has at least %d bytes", revision, ACPI_RSDP_BYTES);
		if (length != ACPI_RSDP_BYTES)
			return diagnosis_set(
				why, STATUS_UNSUPPORTED, "ACPI: a root pointer of %u bytes is not known", length);
		if (!acpi_sum_is_right(whole))
			return diagnosis_set(
				why, STATUS_MALFORMED, "ACPI: the second checksum of the root pointer is wrong");
		TRY(bytes_read_u64(whole, RSDP_XSDT, &xsdt));
		if (xsdt != 0) {
			*list = xsdt;
			*entry_bytes = sizeof(uint64_t);
		}
	}
	if (*list == 0)
		return diagnosis_set(why, STATUS_MALFORMED, "ACPI: the root pointer leads to no list of tables");
	return STATUS_OK;
}

enum status acpi_tables_parse(
	const struct acpi_memory *memory, struct bytes rsdp, struct acpi_tables *out, struct diagnosis *why)
{
	struct place list = {memory, 0, "root pointer", why};
	size_t entry_bytes = 0;
	buffers.result = (struct acpi_tables){};
	TRY(judge_root(rsdp, &list.address, &entry_bytes, why));
	TRY(read_list(&list, entry_bytes, &buffers.result));
	*out = buffers.result;
	return STATUS_OK;
}

// Looks at each place of `size_bytes` bytes from `start` on; `*found` says whether a root pointer was there.
static enum status search(
	const struct acpi_memory *memory, uint64_t start, uint64_t end, struct bytes_mut rsdp, bool *found)
{
	unsigned char window[WINDOW_BYTES + ACPI_RSDP_BYTES];
	*found = false;
	for (uint64_t at = start; at < end; at += WINDOW_BYTES) {
		uint64_t size_bytes = end - at < sizeof window ? end - at : sizeof window;
		struct bytes_mut view;
		TRY(bytes_mut_slice(bytes_mut_from(window, sizeof window), 0, size_bytes, &view));
		TRY(read_memory(memory, at, view));
		struct bytes content = bytes_of_mut(view), candidate;
		for (uint64_t offset = 0; offset < WINDOW_BYTES; offset += RSDP_STEP) {
			if (!acpi_has_signature(content, offset, "RSD PTR ") ||
				bytes_slice(content, offset, ACPI_RSDP_OLD_BYTES, &candidate) ||
				!acpi_sum_is_right(candidate))
				continue;
			bytes_fill(rsdp, 0);
			bytes_copy(rsdp, candidate);
			if (bytes_at(candidate, RSDP_REVISION) >= 2 &&
				!bytes_slice(content, offset, ACPI_RSDP_BYTES, &candidate))
				bytes_copy(rsdp, candidate);
			*found = true;
			return STATUS_OK;
		}
	}
	return STATUS_OK;
}

enum status acpi_tables_find(const struct acpi_memory *memory, struct bytes_mut rsdp, struct diagnosis *why)
{
	unsigned char word[sizeof(uint16_t)];
	uint16_t segment = 0;
	bool found = false;
	struct bytes_mut view = bytes_mut_from(word, sizeof word);
	if (!read_memory(memory, EXTENDED_DATA_SEGMENT, view))
		TRY(bytes_read_u16(bytes_of_mut(view), 0, &segment));
	uint64_t extended = (uint64_t)segment << 4;
	if (extended >= EXTENDED_DATA_BYTES && extended <= LOW_MEMORY_END - EXTENDED_DATA_BYTES &&
		search(memory, extended, extended + EXTENDED_DATA_BYTES, rsdp, &found))
		found = false; // it need not be readable
	if (found)
		return STATUS_OK;
	enum status status = search(memory, BIOS_START, BIOS_END, rsdp, &found);
	if (status)
		return diagnosis_set(why, status, "ACPI: the BIOS cannot be read: %s", status_name(status));
	if (!found)
		return diagnosis_set(
			why, STATUS_NOT_FOUND, "ACPI: neither the boot loader nor the BIOS has a root pointer");
	return STATUS_OK;
}
