#include "cells/base/checksum/checksum.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace
{

uint64_t Of(const std::string &text)
{
	return checksum_of(bytes_from(text.data(), text.size()));
}

// What `printf TEXT | xxh64sum` prints.
TEST(Checksum, IsThatOfTheToolForFiles)
{
	EXPECT_EQ(checksum_of({}), 0xef46db3751d8e999u);
	EXPECT_EQ(Of("a"), 0xd24ec4f1a98c6e5bu);
	EXPECT_EQ(Of("abc"), 0x44bc2cf5ad770999u);
}

TEST(Checksum, EveryBitCounts)
{
	std::string text(257, 'x');
	std::set<uint64_t> seen = {Of(text)};
	for (size_t bit = 0; bit < 8 * text.size(); bit++) {
		std::string changed = text;
		changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
		EXPECT_TRUE(seen.insert(Of(changed)).second) << "bit " << bit;
	}
}

TEST(Checksum, TheLengthCounts)
{
	EXPECT_NE(Of(std::string(3, '\0')), Of(std::string(4, '\0')));
}

} // namespace
