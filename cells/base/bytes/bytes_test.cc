#include "cells/base/bytes/bytes.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

namespace
{

const unsigned char kDigits[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x10};

struct bytes Digits()
{
	return bytes_from(kDigits, sizeof kDigits);
}

TEST(Bytes, AnElementIsReadInBoundsAndPanicsBeyond)
{
	EXPECT_EQ(bytes_at(Digits(), 0), 0x01);
	EXPECT_EQ(bytes_at(Digits(), 8), 0x10);
	EXPECT_THROW(bytes_at(Digits(), 9), std::runtime_error);
	EXPECT_THROW(bytes_at(Digits(), SIZE_MAX), std::runtime_error);
	EXPECT_THROW(bytes_at(bytes_from(nullptr, 0), 0), std::runtime_error);
}

TEST(Bytes, SettingBeyondTheEndPanicsAndChangesNothing)
{
	unsigned char memory[4] = {1, 2, 3, 4};
	struct bytes_mut view = bytes_mut_from(memory, 3);
	bytes_mut_set(view, 2, 9);
	EXPECT_EQ(memory[2], 9);
	EXPECT_THROW(bytes_mut_set(view, 3, 9), std::runtime_error);
	EXPECT_EQ(memory[3], 4);
}

TEST(Bytes, AReadOnlyViewOfWritableMemorySeesTheSameBytes)
{
	unsigned char memory[2] = {7, 8};
	struct bytes view = bytes_of_mut(bytes_mut_from(memory, 2));
	memory[1] = 9;
	EXPECT_EQ(view.size_bytes, 2u);
	EXPECT_EQ(bytes_at(view, 1), 9);
}

TEST(Bytes, ASliceIsTheAskedPart)
{
	struct bytes slice = {};
	ASSERT_EQ(bytes_slice(Digits(), 2, 3, &slice), STATUS_OK);
	EXPECT_EQ(slice.size_bytes, 3u);
	EXPECT_EQ(bytes_at(slice, 0), 0x45);
	EXPECT_EQ(bytes_at(slice, 2), 0x89);
	EXPECT_EQ(bytes_slice(Digits(), 9, 0, &slice), STATUS_OK);
	EXPECT_EQ(slice.size_bytes, 0u);
}

TEST(Bytes, ASliceBeyondTheEndIsRefusedAndLeavesTheResultAlone)
{
	const struct {
		uint64_t offset, size_bytes;
	} bad[] = {{0, 10}, {9, 1}, {10, 0}, {1, UINT64_MAX}, {UINT64_MAX, 1}, {UINT64_MAX, UINT64_MAX},
		{2, UINT64_MAX - 1}};
	for (const auto &range : bad) {
		struct bytes slice = {kDigits + 1, 77};
		struct bytes_mut slice_mut = {nullptr, 77};
		unsigned char memory[9];
		EXPECT_EQ(bytes_slice(Digits(), range.offset, range.size_bytes, &slice), STATUS_OUT_OF_RANGE);
		EXPECT_EQ(bytes_mut_slice(bytes_mut_from(memory, 9), range.offset, range.size_bytes, &slice_mut),
			STATUS_OUT_OF_RANGE);
		EXPECT_EQ(slice.size_bytes, 77u);
		EXPECT_EQ(slice_mut.size_bytes, 77u);
	}
}

TEST(Bytes, ASliceOfNothingIsNothing)
{
	struct bytes slice = {};
	struct bytes_mut slice_mut = {};
	EXPECT_EQ(bytes_slice(bytes_from(nullptr, 0), 0, 0, &slice), STATUS_OK);
	EXPECT_EQ(bytes_mut_slice(bytes_mut_from(nullptr, 0), 0, 0, &slice_mut), STATUS_OK);
	EXPECT_EQ(slice.data, nullptr);
	EXPECT_EQ(slice_mut.data, nullptr);
}

TEST(Bytes, AWritableSliceWritesThrough)
{
	unsigned char memory[4] = {};
	struct bytes_mut slice = {};
	ASSERT_EQ(bytes_mut_slice(bytes_mut_from(memory, 4), 1, 2, &slice), STATUS_OK);
	bytes_fill(slice, 0xee);
	EXPECT_EQ(memory[0], 0);
	EXPECT_EQ(memory[1], 0xee);
	EXPECT_EQ(memory[2], 0xee);
	EXPECT_EQ(memory[3], 0);
}

TEST(Bytes, IntegersAreLittleEndianAndNeedNoAlignment)
{
	uint16_t u16 = 0;
	uint32_t u32 = 0;
	uint64_t u64 = 0;
	ASSERT_EQ(bytes_read_u16(Digits(), 1, &u16), STATUS_OK);
	ASSERT_EQ(bytes_read_u32(Digits(), 1, &u32), STATUS_OK);
	ASSERT_EQ(bytes_read_u64(Digits(), 1, &u64), STATUS_OK);
	EXPECT_EQ(u16, 0x4523);
	EXPECT_EQ(u32, 0x89674523u);
	EXPECT_EQ(u64, 0x10efcdab89674523u);
}

TEST(Bytes, AnIntegerThatEndsBeyondTheViewIsRefused)
{
	uint16_t u16 = 1;
	uint32_t u32 = 1;
	uint64_t u64 = 1;
	EXPECT_EQ(bytes_read_u16(Digits(), 8, &u16), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(bytes_read_u32(Digits(), 6, &u32), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(bytes_read_u64(Digits(), 2, &u64), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(bytes_read_u64(Digits(), UINT64_MAX - 3, &u64), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(u16, 1);
	EXPECT_EQ(u32, 1u);
	EXPECT_EQ(u64, 1u);
}

TEST(Bytes, WrittenIntegersAreReadBackAndTouchNothingElse)
{
	unsigned char memory[14];
	std::memset(memory, 0x55, sizeof memory);
	struct bytes_mut view = bytes_mut_from(memory, sizeof memory);
	ASSERT_EQ(bytes_write_u64(view, 1, 0x1122334455667788), STATUS_OK);
	ASSERT_EQ(bytes_write_u32(view, 9, 0xaabbccdd), STATUS_OK);
	EXPECT_EQ(bytes_write_u32(view, 11, 0), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(bytes_write_u64(view, 7, 0), STATUS_OUT_OF_RANGE);
	const unsigned char expected[14] = {
		0x55, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0xdd, 0xcc, 0xbb, 0xaa, 0x55};
	EXPECT_EQ(std::memcmp(memory, expected, sizeof memory), 0);
}

TEST(Bytes, AStructureIsReadWhole)
{
	struct {
		uint16_t first;
		uint16_t second;
	} pair = {};
	ASSERT_EQ(bytes_read(Digits(), 5, &pair, sizeof pair), STATUS_OK);
	EXPECT_EQ(pair.first, 0xcdab);
	EXPECT_EQ(pair.second, 0x10ef);
	EXPECT_EQ(bytes_read(Digits(), 6, &pair, sizeof pair), STATUS_OUT_OF_RANGE);
}

TEST(Bytes, ACopyFillsTheStartAndPanicsWhenItDoesNotFit)
{
	unsigned char memory[10] = {};
	bytes_copy(bytes_mut_from(memory, 10), Digits());
	EXPECT_EQ(std::memcmp(memory, kDigits, 9), 0);
	EXPECT_EQ(memory[9], 0);
	EXPECT_THROW(bytes_copy(bytes_mut_from(memory, 8), Digits()), std::runtime_error);
	bytes_copy(bytes_mut_from(nullptr, 0), bytes_from(nullptr, 0));
}

TEST(Bytes, EqualityComparesLengthAndContent)
{
	unsigned char other[9];
	std::memcpy(other, kDigits, 9);
	EXPECT_EQ(bytes_equal(Digits(), bytes_from(other, 9)), 1);
	EXPECT_EQ(bytes_equal(Digits(), bytes_from(other, 8)), 0);
	other[8] ^= 1;
	EXPECT_EQ(bytes_equal(Digits(), bytes_from(other, 9)), 0);
	EXPECT_EQ(bytes_equal(bytes_from(nullptr, 0), bytes_from(other, 0)), 1);
}

} // namespace
