#include "cells/memory/address/address.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace
{

TEST(Address, PhysicalHasFiftyTwoBits)
{
	EXPECT_EQ(address_physical(0).value, 0u);
	EXPECT_EQ(address_physical((1ull << 52) - 1).value, (1ull << 52) - 1);
	EXPECT_THROW(address_physical(1ull << 52), std::runtime_error);
	EXPECT_THROW(address_physical(UINT64_MAX), std::runtime_error);
}

TEST(Address, VirtualIsCanonical)
{
	EXPECT_EQ(address_virtual(0x00007fffffffffff).value, 0x00007fffffffffffu);
	EXPECT_EQ(address_virtual(0xffff800000000000).value, 0xffff800000000000u);
	EXPECT_THROW(address_virtual(0x0000800000000000), std::runtime_error);
	EXPECT_THROW(address_virtual(0xffff7fffffffffff), std::runtime_error);
}

TEST(Address, SumsThatLeaveTheAddressSpacePanic)
{
	EXPECT_EQ(address_physical_plus(address_physical(0x1000), 0x234).value, 0x1234u);
	EXPECT_EQ(address_virtual_plus(address_virtual(0xffff800000000000), 1).value, 0xffff800000000001u);
	EXPECT_THROW(address_physical_plus(address_physical((1ull << 52) - 1), 1), std::runtime_error);
	EXPECT_THROW(address_physical_plus(address_physical(1), UINT64_MAX), std::runtime_error);
	EXPECT_THROW(address_virtual_plus(address_virtual(0x00007fffffffffff), 1), std::runtime_error);
	EXPECT_THROW(address_virtual_plus(address_virtual(UINT64_MAX), 1), std::runtime_error);
}

TEST(Address, Alignment)
{
	EXPECT_TRUE(address_is_aligned(0, 4096));
	EXPECT_TRUE(address_is_aligned(8192, 4096));
	EXPECT_FALSE(address_is_aligned(8193, 4096));
	EXPECT_EQ(address_round_down(8191, 4096), 4096u);
	EXPECT_EQ(address_round_down(UINT64_MAX, 1ull << 63), 1ull << 63);
	uint64_t rounded = 0;
	EXPECT_EQ(address_round_up(4097, 4096, &rounded), STATUS_OK);
	EXPECT_EQ(rounded, 8192u);
	EXPECT_EQ(address_round_up(0, 4096, &rounded), STATUS_OK);
	EXPECT_EQ(rounded, 0u);
	EXPECT_EQ(address_round_up(UINT64_MAX - 4094, 4096, &rounded), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(rounded, 0u) << "written although it failed";
	EXPECT_THROW(address_is_aligned(0, 0), std::runtime_error);
	EXPECT_THROW(address_round_down(0, 3), std::runtime_error);
	EXPECT_THROW((void)address_round_up(0, 12, &rounded), std::runtime_error);
}

TEST(Address, EndOfARange)
{
	uint64_t end = 7;
	EXPECT_EQ(address_range_end(UINT64_MAX, 1, &end), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(end, 7u);
	EXPECT_EQ(address_range_end(UINT64_MAX - 1, 1, &end), STATUS_OK);
	EXPECT_EQ(end, UINT64_MAX);
}

TEST(Address, PagesForASize)
{
	uint64_t pages = 7;
	EXPECT_EQ(address_page_count(0, &pages), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(address_page_count(UINT64_MAX, &pages), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(pages, 7u);
	EXPECT_EQ(address_page_count(1, &pages), STATUS_OK);
	EXPECT_EQ(pages, 1u);
	EXPECT_EQ(address_page_count(4097, &pages), STATUS_OK);
	EXPECT_EQ(pages, 2u);
}

TEST(Address, OverlapNeedsASharedByte)
{
	EXPECT_TRUE(address_ranges_overlap(10, 10, 19, 1));
	EXPECT_FALSE(address_ranges_overlap(10, 10, 20, 1));
	EXPECT_FALSE(address_ranges_overlap(20, 1, 10, 10));
	EXPECT_TRUE(address_ranges_overlap(0, UINT64_MAX, 5, 1));
	EXPECT_FALSE(address_ranges_overlap(5, 0, 0, 10));
	EXPECT_FALSE(address_ranges_overlap(0, 10, 5, 0));
	EXPECT_TRUE(address_ranges_overlap(UINT64_MAX - 1, 100, UINT64_MAX, 1));
}

} // namespace
