#include "cells/unwind/dwarf_reader/dwarf_reader.h"

enum { LEB_BITS = 7, LEB_MORE = 0x80, LEB_SIGN = 0x40, LAST_SHIFT = 63 };

enum status dwarf_reader_u16(struct dwarf_reader *reader, uint16_t *value)
{
	TRY(bytes_read_u16(reader->data, reader->at, value));
	reader->at += sizeof *value;
	return STATUS_OK;
}

enum status dwarf_reader_u32(struct dwarf_reader *reader, uint32_t *value)
{
	TRY(bytes_read_u32(reader->data, reader->at, value));
	reader->at += sizeof *value;
	return STATUS_OK;
}

enum status dwarf_reader_u64(struct dwarf_reader *reader, uint64_t *value)
{
	TRY(bytes_read_u64(reader->data, reader->at, value));
	reader->at += sizeof *value;
	return STATUS_OK;
}

// The bits of either kind; `*last` is the byte that ended it, `*shift` how many bits there are.
static enum status read_leb128(struct dwarf_reader *reader, uint64_t *value, uint8_t *last, unsigned *shift)
{
	struct dwarf_reader_octets octets = {reader->data.data, reader->data.size_bytes};
	uint64_t bits = 0;
	unsigned count = 0;
	for (size_t at = reader->at; at < octets.count; at++) {
		uint8_t octet = ITEM(octets, at);
		if (count > LAST_SHIFT)
			return STATUS_MALFORMED;
		bits |= (uint64_t)(octet & ~LEB_MORE) << count;
		count += LEB_BITS;
		if (octet & LEB_MORE)
			continue;
		reader->at = at + 1;
		*value = bits;
		*last = octet;
		*shift = count;
		return STATUS_OK;
	}
	return STATUS_OUT_OF_RANGE;
}

enum status dwarf_reader_long_uleb128(struct dwarf_reader *reader, uint64_t *value)
{
	size_t before = reader->at;
	uint64_t bits;
	uint8_t last;
	unsigned shift;
	TRY(read_leb128(reader, &bits, &last, &shift));
	if (shift > LAST_SHIFT + 1 && last > 1) { // one bit is left for the tenth byte
		reader->at = before;
		return STATUS_MALFORMED;
	}
	*value = bits;
	return STATUS_OK;
}

enum status dwarf_reader_sleb128(struct dwarf_reader *reader, int64_t *value)
{
	size_t before = reader->at;
	uint64_t bits;
	uint8_t last;
	unsigned shift;
	TRY(read_leb128(reader, &bits, &last, &shift));
	if (shift > LAST_SHIFT + 1 && last != 0 && last != (LEB_MORE - 1)) {
		reader->at = before;
		return STATUS_MALFORMED;
	}
	if (shift <= LAST_SHIFT && (last & LEB_SIGN))
		bits |= ~0ULL << shift;
	*value = (int64_t)bits;
	return STATUS_OK;
}

enum status dwarf_reader_block(struct dwarf_reader *reader, uint64_t size_bytes, struct dwarf_reader *block)
{
	struct bytes slice;
	TRY(bytes_slice(reader->data, reader->at, size_bytes, &slice));
	*block = (struct dwarf_reader){.data = slice, .address = reader->address + reader->at};
	reader->at += slice.size_bytes;
	return STATUS_OK;
}

static enum status read_form(struct dwarf_reader *reader, unsigned form, uint64_t *value)
{
	uint16_t half = 0;
	uint32_t word = 0;
	switch (form) {
	case DWARF_ENCODING_ABSOLUTE:
	case DWARF_ENCODING_U64:
	case DWARF_ENCODING_S64:
		return dwarf_reader_u64(reader, value);
	case DWARF_ENCODING_ULEB128:
		return dwarf_reader_uleb128(reader, value);
	case DWARF_ENCODING_SLEB128: {
		int64_t number;
		TRY(dwarf_reader_sleb128(reader, &number));
		*value = (uint64_t)number;
		return STATUS_OK;
	}
	case DWARF_ENCODING_U16:
	case DWARF_ENCODING_S16:
		TRY(dwarf_reader_u16(reader, &half));
		*value = form == DWARF_ENCODING_U16 ? half : (uint64_t)(int64_t)(int16_t)half;
		return STATUS_OK;
	case DWARF_ENCODING_U32:
	case DWARF_ENCODING_S32:
		TRY(dwarf_reader_u32(reader, &word));
		*value = form == DWARF_ENCODING_U32 ? word : (uint64_t)(int64_t)(int32_t)word;
		return STATUS_OK;
	default:
		return STATUS_UNSUPPORTED;
	}
}

enum status dwarf_reader_pointer(
	struct dwarf_reader *reader, uint8_t encoding, uint64_t function_start, uint64_t *value)
{
	uint32_t word;
	uint64_t place = reader->address + reader->at;
	if (encoding == (DWARF_ENCODING_FROM_PLACE | DWARF_ENCODING_S32)) { // what clang writes for functions
		TRY(dwarf_reader_u32(reader, &word));
		*value = word == 0 ? 0 : place + (uint64_t)(int64_t)(int32_t)word;
		return STATUS_OK;
	}
	if (encoding == DWARF_ENCODING_ABSOLUTE) // and for call sites
		return dwarf_reader_u64(reader, value);
	unsigned base = encoding & DWARF_ENCODING_BASE_MASK;
	if (encoding & DWARF_ENCODING_INDIRECT ||
		(base != 0 && base != DWARF_ENCODING_FROM_PLACE && base != DWARF_ENCODING_FROM_FUNCTION))
		return STATUS_UNSUPPORTED;
	uint64_t number;
	TRY(read_form(reader, encoding & DWARF_ENCODING_FORM_MASK, &number));
	if (number != 0 && base == DWARF_ENCODING_FROM_PLACE)
		number += place;
	if (number != 0 && base == DWARF_ENCODING_FROM_FUNCTION)
		number += function_start;
	*value = number;
	return STATUS_OK;
}
