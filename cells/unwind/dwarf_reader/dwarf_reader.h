// The integers and addresses that unwind tables are made of, read one after the other without trust.
//
// A reader is a view of bytes, the address at which they lie in the running system (relative addresses need it), and a
// place. A read that fails leaves place and result as they were.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: DWARF 5, section 7.6 (LEB128); Linux Standard Base Core 5.0, section 10.5.1 (DW_EH_PE encodings).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

// How an address is written: a form, and what it counts from.
enum dwarf_encoding {
	DWARF_ENCODING_ABSOLUTE = 0x00, // 8 bytes
	DWARF_ENCODING_ULEB128 = 0x01,
	DWARF_ENCODING_U16 = 0x02,
	DWARF_ENCODING_U32 = 0x03,
	DWARF_ENCODING_U64 = 0x04,
	DWARF_ENCODING_SLEB128 = 0x09,
	DWARF_ENCODING_S16 = 0x0A,
	DWARF_ENCODING_S32 = 0x0B,
	DWARF_ENCODING_S64 = 0x0C,
	DWARF_ENCODING_FORM_MASK = 0x0F,
	DWARF_ENCODING_FROM_PLACE = 0x10,    // of the address itself
	DWARF_ENCODING_FROM_FUNCTION = 0x40, // its start
	DWARF_ENCODING_BASE_MASK = 0x70,
	DWARF_ENCODING_INDIRECT = 0x80,
	DWARF_ENCODING_OMITTED = 0xFF,
};

struct dwarf_reader {
	struct bytes data;
	uint64_t address; // of data in the running system
	size_t at;
};

SLICE_TYPE(dwarf_reader_octets, const unsigned char);

#ifdef __cplusplus
extern "C" {
#endif

// Each reads one value. STATUS_OUT_OF_RANGE: the data end before it does.
MUST_USE enum status dwarf_reader_u16(struct dwarf_reader *reader, uint16_t *value);
MUST_USE enum status dwarf_reader_u32(struct dwarf_reader *reader, uint32_t *value);
MUST_USE enum status dwarf_reader_u64(struct dwarf_reader *reader, uint64_t *value);

// As above. STATUS_MALFORMED: the number needs more than 64 bits.
MUST_USE enum status dwarf_reader_long_uleb128(struct dwarf_reader *reader, uint64_t *value);
MUST_USE enum status dwarf_reader_sleb128(struct dwarf_reader *reader, int64_t *value);

// The next `size_bytes` bytes, as a reader of their own. STATUS_OUT_OF_RANGE: there are fewer.
MUST_USE enum status dwarf_reader_block(struct dwarf_reader *reader, uint64_t size_bytes, struct dwarf_reader *block);

// An address in the given encoding; what is written as 0 is 0 whatever it would count from. As above.
// STATUS_UNSUPPORTED: an encoding that cells do not have.
MUST_USE enum status dwarf_reader_pointer(
	struct dwarf_reader *reader, uint8_t encoding, uint64_t function_start, uint64_t *value);

// Most of a table is single bytes: these two are read in place.
MUST_USE static inline enum status dwarf_reader_u8(struct dwarf_reader *reader, uint8_t *value)
{
	struct dwarf_reader_octets octets = {reader->data.data, reader->data.size_bytes};
	if (reader->at >= octets.count)
		return STATUS_OUT_OF_RANGE;
	*value = ITEM(octets, reader->at);
	reader->at++;
	return STATUS_OK;
}

MUST_USE static inline enum status dwarf_reader_uleb128(struct dwarf_reader *reader, uint64_t *value)
{
	struct dwarf_reader_octets octets = {reader->data.data, reader->data.size_bytes};
	if (reader->at >= octets.count || (ITEM(octets, reader->at) & 0x80))
		return dwarf_reader_long_uleb128(reader, value);
	*value = ITEM(octets, reader->at);
	reader->at++;
	return STATUS_OK;
}

#ifdef __cplusplus
}
#endif
