#include "cells/unwind/call_site_table/call_site_table.h"

#include "cells/unwind/dwarf_reader/dwarf_reader.h"

struct header {
	uint64_t pads_start; // landing pads count from there
	uint8_t encoding;
	struct dwarf_reader sites;
};

// Offsets within a function.
struct call_site {
	uint64_t start;
	uint64_t size_bytes;
	uint64_t landing_pad; // from header.pads_start; 0: none
};

static enum status cut_off(const struct call_site_table *table, const char *what, struct diagnosis *why)
{
	return diagnosis_set(why, STATUS_MALFORMED, "call sites of the function at %#llx: %s is cut off or unsound",
		(unsigned long long)table->function_start, what);
}

static enum status read_header(const struct call_site_table *table, struct header *header, struct diagnosis *why)
{
	struct dwarf_reader reader = {.data = table->content, .address = table->address};
	struct header found = {.pads_start = table->function_start};
	uint8_t encoding;
	uint64_t number;
	if (dwarf_reader_u8(&reader, &encoding))
		return cut_off(table, "the header", why);
	if (encoding != DWARF_ENCODING_OMITTED &&
		dwarf_reader_pointer(&reader, encoding, table->function_start, &found.pads_start))
		return cut_off(table, "the start of the landing pads", why);
	if (dwarf_reader_u8(&reader, &encoding))
		return cut_off(table, "the encoding of types", why);
	if (encoding != DWARF_ENCODING_OMITTED && dwarf_reader_uleb128(&reader, &number))
		return cut_off(table, "the offset of types", why);
	if (dwarf_reader_u8(&reader, &found.encoding))
		return cut_off(table, "the encoding of call sites", why);
	if (found.encoding & ~DWARF_ENCODING_FORM_MASK)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"call sites of the function at %#llx: encoding %#x counts from something",
			(unsigned long long)table->function_start, found.encoding);
	if (dwarf_reader_uleb128(&reader, &number) || dwarf_reader_block(&reader, number, &found.sites))
		return cut_off(table, "the list", why);
	*header = found;
	return STATUS_OK;
}

// Clang writes the one encoding only.
static inline enum status read_number(struct header *header, uint64_t *number)
{
	if (header->encoding == DWARF_ENCODING_ULEB128)
		return dwarf_reader_uleb128(&header->sites, number);
	return dwarf_reader_pointer(&header->sites, header->encoding, 0, number);
}

static enum status read_site(
	const struct call_site_table *table, struct header *header, struct call_site *site, struct diagnosis *why)
{
	uint64_t action;
	enum status status = read_number(header, &site->start);
	if (!status)
		status = read_number(header, &site->size_bytes);
	if (!status)
		status = read_number(header, &site->landing_pad);
	if (!status)
		status = dwarf_reader_uleb128(&header->sites, &action);
	if (status == STATUS_UNSUPPORTED)
		return diagnosis_set(why, status, "call sites of the function at %#llx: encoding %#x is unknown",
			(unsigned long long)table->function_start, header->encoding);
	if (status)
		return cut_off(table, "a call site", why);
	if (site->start > table->function_size_bytes || site->size_bytes > table->function_size_bytes - site->start)
		return diagnosis_set(why, STATUS_MALFORMED,
			"call sites of the function at %#llx: %llu bytes at %#llx leave its %llu bytes",
			(unsigned long long)table->function_start, (unsigned long long)site->size_bytes,
			(unsigned long long)site->start, (unsigned long long)table->function_size_bytes);
	return STATUS_OK;
}

enum status call_site_table_find(
	const struct call_site_table *table, uint64_t address, uint64_t *landing_pad, struct diagnosis *why)
{
	struct header header;
	TRY(read_header(table, &header, why));
	uint64_t offset = address - table->function_start;
	uint64_t end_before = 0;
	while (header.sites.at < header.sites.data.size_bytes) {
		struct call_site site;
		TRY(read_site(table, &header, &site, why));
		if (site.start < end_before)
			return diagnosis_set(why, STATUS_MALFORMED,
				"call sites of the function at %#llx: the one at %#llx begins before the end of "
				"another",
				(unsigned long long)table->function_start, (unsigned long long)site.start);
		end_before = site.start + site.size_bytes;
		if (offset < site.start)
			break; // between two: nothing to clean up
		if (offset >= end_before)
			continue;
		uint64_t pad = site.landing_pad == 0 ? 0 : header.pads_start + site.landing_pad;
		if (pad != 0 && pad - table->function_start >= table->function_size_bytes)
			return diagnosis_set(why, STATUS_MALFORMED,
				"call sites of the function at %#llx: the landing pad %#llx is outside of it",
				(unsigned long long)table->function_start, (unsigned long long)pad);
		*landing_pad = pad;
		return STATUS_OK;
	}
	*landing_pad = 0;
	return STATUS_OK;
}
