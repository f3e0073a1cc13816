#include "cells/loader/cell_relocation/cell_relocation.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{

constexpr uint64_t HIGH = 0xFFFFFFFFA0000000; // where cells are

struct Field {
	unsigned char memory[16];
	struct diagnosis why = {};
	Field()
	{
		memset(memory, 0xEE, sizeof memory);
	}
	enum status apply(uint32_t kind, uint64_t offset, uint64_t symbol, int64_t addend, uint64_t place = HIGH)
	{
		return cell_relocation_apply(
			bytes_mut_from(memory, sizeof memory), place, kind, offset, symbol, addend, &why);
	}
	uint64_t read(uint32_t kind, uint64_t offset, int64_t addend, uint64_t place = HIGH)
	{
		uint64_t symbol = 0;
		EXPECT_EQ(cell_relocation_read(bytes_from(memory, sizeof memory), place, kind, offset, addend, &symbol),
			STATUS_OK);
		return symbol;
	}
	bool untouched() const
	{
		for (unsigned char byte : memory) {
			if (byte != 0xEE)
				return false;
		}
		return true;
	}
};

TEST(CellRelocation, WritesExactlyTheField)
{
	Field field;
	ASSERT_EQ(field.apply(CELL_RELOCATION_PC32, 4, HIGH + 0x100, -4), STATUS_OK);
	const unsigned char expected[] = {
		0xEE, 0xEE, 0xEE, 0xEE, 0xF8, 0, 0, 0, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE};
	EXPECT_EQ(memcmp(field.memory, expected, sizeof expected), 0);
}

TEST(CellRelocation, WritesEightBytesAtAnUnalignedPlace)
{
	Field field;
	ASSERT_EQ(field.apply(CELL_RELOCATION_64, 3, 0x1122334455667788, 0x10), STATUS_OK);
	const unsigned char expected[] = {0x98, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11};
	EXPECT_EQ(memcmp(field.memory + 3, expected, sizeof expected), 0);
	EXPECT_EQ(field.memory[2], 0xEE);
	EXPECT_EQ(field.memory[11], 0xEE);
}

// Two strings in one section differ only by the addend (a loader elsewhere ignored it, and printed the first twice).
TEST(CellRelocation, CountsTheAddend)
{
	Field first, second;
	ASSERT_EQ(first.apply(CELL_RELOCATION_32S, 0, HIGH, 0), STATUS_OK);
	ASSERT_EQ(second.apply(CELL_RELOCATION_32S, 0, HIGH, 6), STATUS_OK);
	EXPECT_NE(memcmp(first.memory, second.memory, sizeof first.memory), 0);
}

struct KindCase {
	uint32_t kind;
	uint64_t symbol;
	int64_t addend;
	uint64_t place;
};

class RoundTrip : public testing::TestWithParam<KindCase>
{
};

TEST_P(RoundTrip, ReadsBackTheSymbol)
{
	KindCase c = GetParam();
	Field field;
	ASSERT_EQ(field.apply(c.kind, 8, c.symbol, c.addend, c.place), STATUS_OK) << field.why.message;
	EXPECT_EQ(field.read(c.kind, 8, c.addend, c.place), c.symbol);
}

INSTANTIATE_TEST_SUITE_P(Kinds, RoundTrip,
	testing::Values(KindCase{CELL_RELOCATION_64, 0xDEADBEEFCAFEF00D, -1, HIGH},
		KindCase{CELL_RELOCATION_PC32, HIGH + 0x7FFFFFF0, -4, HIGH},
		KindCase{CELL_RELOCATION_PC32, HIGH - 0x1000, 0, HIGH},
		KindCase{CELL_RELOCATION_PLT32, HIGH + 0x40, -4, HIGH},
		KindCase{CELL_RELOCATION_32, 0xFFFFFFF0, 0xF, 0x10000}, KindCase{CELL_RELOCATION_32S, HIGH, 0x20, HIGH},
		KindCase{CELL_RELOCATION_32S, 0x7FFFFFFF, 0, 0x10000}));

struct OverflowCase {
	uint32_t kind;
	uint64_t symbol;
	int64_t addend;
	uint64_t place;
	const char *words;
};

class Overflow : public testing::TestWithParam<OverflowCase>
{
};

TEST_P(Overflow, IsRefusedAndWritesNothing)
{
	OverflowCase c = GetParam();
	Field field;
	EXPECT_EQ(field.apply(c.kind, 0, c.symbol, c.addend, c.place), STATUS_OUT_OF_RANGE);
	EXPECT_TRUE(field.untouched());
	EXPECT_NE(std::string(field.why.message).find(c.words), std::string::npos) << field.why.message;
}

INSTANTIATE_TEST_SUITE_P(Fields, Overflow,
	testing::Values(
		OverflowCase{CELL_RELOCATION_PC32, HIGH + 0x80000000, 0, HIGH, "R_X86_64_PC32 at 0xffffffffa0000000"},
		OverflowCase{CELL_RELOCATION_PC32, HIGH - 0x80000001, 0, HIGH, "0xffffffff7fffffff does not fit"},
		OverflowCase{CELL_RELOCATION_PLT32, 0x40001000, -4, HIGH, "R_X86_64_PLT32"},
		OverflowCase{CELL_RELOCATION_32, HIGH, 0, HIGH, "R_X86_64_32 at"},
		OverflowCase{CELL_RELOCATION_32, 0xFFFFFFFF, 1, HIGH, "0x100000000 does not fit"},
		OverflowCase{CELL_RELOCATION_32, 0, -1, HIGH, "0xffffffffffffffff does not fit"},
		OverflowCase{CELL_RELOCATION_32S, 0x80000000, 0, HIGH, "R_X86_64_32S"},
		OverflowCase{CELL_RELOCATION_32S, 0xFFFFC00000000000, 0, HIGH, "0xffffc00000000000 does not fit"}));

TEST(CellRelocation, RefusesAFieldThatEndsBeyondTheSection)
{
	Field field;
	EXPECT_EQ(field.apply(CELL_RELOCATION_PC32, 13, HIGH, 0), STATUS_MALFORMED);
	EXPECT_STREQ(field.why.message, "R_X86_64_PC32 at 0xd: its 4 bytes end beyond the section's 16");
	EXPECT_EQ(field.apply(CELL_RELOCATION_64, 9, HIGH, 0), STATUS_MALFORMED);
	EXPECT_EQ(field.apply(CELL_RELOCATION_64, UINT64_MAX, HIGH, 0), STATUS_MALFORMED);
	EXPECT_EQ(field.apply(CELL_RELOCATION_64, 17, HIGH, 0), STATUS_MALFORMED);
	EXPECT_TRUE(field.untouched());
	uint64_t symbol = 5;
	EXPECT_EQ(cell_relocation_read(bytes_from(field.memory, 3), HIGH, CELL_RELOCATION_32, 0, 0, &symbol),
		STATUS_MALFORMED);
	EXPECT_EQ(symbol, 5u);
}

TEST(CellRelocation, RefusesEveryOtherKind)
{
	for (uint32_t kind = 0; kind < 64; kind++) {
		if (cell_relocation_width(kind) != 0)
			continue;
		Field field;
		EXPECT_EQ(field.apply(kind, 0, HIGH, 0), STATUS_UNSUPPORTED) << kind;
		EXPECT_TRUE(field.untouched());
		EXPECT_STREQ(cell_relocation_name(kind), "an unknown relocation");
	}
	EXPECT_EQ(cell_relocation_width(CELL_RELOCATION_64), 8u);
	EXPECT_EQ(cell_relocation_width(CELL_RELOCATION_32S), 4u);
	EXPECT_STREQ(cell_relocation_name(CELL_RELOCATION_64), "R_X86_64_64");
	EXPECT_STREQ(cell_relocation_name(CELL_RELOCATION_32S), "R_X86_64_32S");
}

} // namespace
