#include "cells/unwind/dwarf_reader/dwarf_reader.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{

using Bytes = std::vector<uint8_t>;

struct dwarf_reader reader_of(const Bytes &data)
{
	return {bytes_from(data.data(), data.size()), 0x1000, 0};
}

TEST(DwarfReader, ReadsNumbersOfEachWidth)
{
	Bytes data = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 1, 2, 3, 4, 5, 6, 7, 8};
	struct dwarf_reader reader = reader_of(data);
	uint8_t a;
	uint16_t b;
	uint32_t c;
	uint64_t d;
	ASSERT_EQ(dwarf_reader_u8(&reader, &a), STATUS_OK);
	ASSERT_EQ(dwarf_reader_u16(&reader, &b), STATUS_OK);
	ASSERT_EQ(dwarf_reader_u32(&reader, &c), STATUS_OK);
	ASSERT_EQ(dwarf_reader_u64(&reader, &d), STATUS_OK);
	EXPECT_EQ(a, 1u);
	EXPECT_EQ(b, 0x0302u);
	EXPECT_EQ(c, 0x07060504u);
	EXPECT_EQ(d, 0x0807060504030201u);
	EXPECT_EQ(reader.at, data.size());
	EXPECT_EQ(dwarf_reader_u8(&reader, &a), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(dwarf_reader_u16(&reader, &b), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(dwarf_reader_u32(&reader, &c), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(dwarf_reader_u64(&reader, &d), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(reader.at, data.size());
}

uint64_t unsigned_of(const Bytes &data)
{
	struct dwarf_reader reader = reader_of(data);
	uint64_t value = 0;
	EXPECT_EQ(dwarf_reader_uleb128(&reader, &value), STATUS_OK);
	EXPECT_EQ(reader.at, data.size());
	return value;
}

int64_t signed_of(const Bytes &data)
{
	struct dwarf_reader reader = reader_of(data);
	int64_t value = 0;
	EXPECT_EQ(dwarf_reader_sleb128(&reader, &value), STATUS_OK);
	EXPECT_EQ(reader.at, data.size());
	return value;
}

// The examples of the DWARF standard, and the ends of the range.
TEST(DwarfReader, ReadsLeb128)
{
	EXPECT_EQ(unsigned_of({2}), 2u);
	EXPECT_EQ(unsigned_of({0x7F}), 127u);
	EXPECT_EQ(unsigned_of({0x80, 1}), 128u);
	EXPECT_EQ(unsigned_of({0xB9, 0x64}), 12857u);
	EXPECT_EQ(unsigned_of({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}), UINT64_MAX);
	EXPECT_EQ(unsigned_of({0x80, 0x80, 0x00}), 0u);
	EXPECT_EQ(signed_of({2}), 2);
	EXPECT_EQ(signed_of({0x7E}), -2);
	EXPECT_EQ(signed_of({0xFF, 0}), 127);
	EXPECT_EQ(signed_of({0x81, 0x7F}), -127);
	EXPECT_EQ(signed_of({0x80, 0x7F}), -128);
	EXPECT_EQ(signed_of({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F}), INT64_MIN);
	EXPECT_EQ(signed_of({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00}), INT64_MAX);
}

TEST(DwarfReader, RefusesLeb128WithoutEndOrWithTooManyBits)
{
	const Bytes endless[] = {{}, {0x80}, {0xFF, 0xFF}};
	const Bytes long_unsigned[] = {{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02},
		{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}};
	const Bytes long_signed[] = {{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01},
		{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}};
	uint64_t number = 5;
	int64_t other = 5;
	for (const Bytes &data : endless) {
		struct dwarf_reader reader = reader_of(data);
		EXPECT_EQ(dwarf_reader_uleb128(&reader, &number), STATUS_OUT_OF_RANGE);
		EXPECT_EQ(dwarf_reader_sleb128(&reader, &other), STATUS_OUT_OF_RANGE);
		EXPECT_EQ(reader.at, 0u);
	}
	for (const Bytes &data : long_unsigned) {
		struct dwarf_reader reader = reader_of(data);
		EXPECT_EQ(dwarf_reader_uleb128(&reader, &number), STATUS_MALFORMED);
		EXPECT_EQ(reader.at, 0u);
	}
	for (const Bytes &data : long_signed) {
		struct dwarf_reader reader = reader_of(data);
		EXPECT_EQ(dwarf_reader_sleb128(&reader, &other), STATUS_MALFORMED);
		EXPECT_EQ(reader.at, 0u);
	}
	EXPECT_EQ(number, 5u);
	EXPECT_EQ(other, 5);
}

TEST(DwarfReader, CutsBlocksThatKnowTheirAddress)
{
	Bytes data = {1, 2, 3, 4};
	struct dwarf_reader reader = reader_of(data), block;
	uint8_t value;
	ASSERT_EQ(dwarf_reader_u8(&reader, &value), STATUS_OK);
	ASSERT_EQ(dwarf_reader_block(&reader, 2, &block), STATUS_OK);
	EXPECT_EQ(block.address, 0x1001u);
	EXPECT_EQ(block.data.size_bytes, 2u);
	EXPECT_EQ(reader.at, 3u);
	EXPECT_EQ(dwarf_reader_block(&reader, 2, &block), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(dwarf_reader_block(&reader, UINT64_MAX, &block), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(reader.at, 3u);
}

TEST(DwarfReader, ReadsAddressesInEachEncoding)
{
	const struct {
		uint8_t encoding;
		Bytes data;
		uint64_t value;
	} cases[] = {
		{0x00, {8, 7, 6, 5, 4, 3, 2, 1}, 0x0102030405060708},
		{0x01, {0x80, 1}, 128},
		{0x02, {0xFF, 0xFF}, 0xFFFF},
		{0x03, {0xFF, 0xFF, 0xFF, 0xFF}, 0xFFFFFFFF},
		{0x04, {1, 0, 0, 0, 0, 0, 0, 0}, 1},
		{0x09, {0x7E}, (uint64_t)-2},
		{0x0A, {0xFE, 0xFF}, (uint64_t)-2},
		{0x0B, {0xFE, 0xFF, 0xFF, 0xFF}, (uint64_t)-2},
		{0x0C, {1, 0, 0, 0, 0, 0, 0, 0}, 1},
		{0x1B, {0xFC, 0xFF, 0xFF, 0xFF}, 0xFFC},
		{0x1B, {0, 0, 0, 0}, 0},
		{0x43, {4, 0, 0, 0}, 0x5004},
	};
	for (const auto &one : cases) {
		struct dwarf_reader reader = reader_of(one.data);
		uint64_t value = 7;
		EXPECT_EQ(dwarf_reader_pointer(&reader, one.encoding, 0x5000, &value), STATUS_OK);
		EXPECT_EQ(value, one.value) << "encoding " << (int)one.encoding;
		EXPECT_EQ(reader.at, one.data.size());
	}
}

TEST(DwarfReader, RefusesEncodingsThatCellsDoNotHave)
{
	Bytes data(8, 1);
	for (uint8_t encoding : {0x9B, 0x80, 0x20, 0x30, 0x50, 0x05, 0x08, 0x0D, 0xFF}) {
		struct dwarf_reader reader = reader_of(data);
		uint64_t value;
		EXPECT_EQ(dwarf_reader_pointer(&reader, encoding, 0, &value), STATUS_UNSUPPORTED) << (int)encoding;
		EXPECT_EQ(reader.at, 0u);
	}
	Bytes little = {1};
	for (uint8_t encoding : {0x00, 0x02, 0x03, 0x0A, 0x0B, 0x0C}) {
		struct dwarf_reader reader = reader_of(little);
		uint64_t value;
		EXPECT_EQ(dwarf_reader_pointer(&reader, encoding, 0, &value), STATUS_OUT_OF_RANGE) << (int)encoding;
	}
	Bytes endless = {0x80};
	struct dwarf_reader reader = reader_of(endless);
	uint64_t value;
	EXPECT_EQ(dwarf_reader_pointer(&reader, 0x01, 0, &value), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(dwarf_reader_pointer(&reader, 0x09, 0, &value), STATUS_OUT_OF_RANGE);
}

} // namespace
