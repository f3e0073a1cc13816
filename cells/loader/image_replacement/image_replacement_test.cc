#include "cells/loader/image_replacement/image_replacement.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "cells/base/bytes/bytes.h"
#include "cells/loader/image_replacement/image_replacement_internal.h"

namespace
{

constexpr uint64_t IMAGE = 0xFFFFFFFF80101000;
constexpr uint64_t PAGE = 4096;

// The image, three pages, and two cells that were loaded elsewhere.
struct replacement_ranges Ranges()
{
	struct replacement_ranges ranges = {};
	replacement_add_range(&ranges, IMAGE / PAGE, 3);
	replacement_add_range(&ranges, 0xFFFFFFFFA0040, 1);
	replacement_add_range(&ranges, 0xFFFFFFFFA0050, 2);
	return ranges;
}

TEST(Ranges, HoldTheirFirstAndLastByteAndNoOther)
{
	struct replacement_ranges ranges = Ranges();
	EXPECT_FALSE(replacement_is_inside(&ranges, IMAGE - 1));
	EXPECT_TRUE(replacement_is_inside(&ranges, IMAGE));
	EXPECT_TRUE(replacement_is_inside(&ranges, IMAGE + 3 * PAGE - 1));
	EXPECT_FALSE(replacement_is_inside(&ranges, IMAGE + 3 * PAGE));
	EXPECT_TRUE(replacement_is_inside(&ranges, 0xFFFFFFFFA0040FFF));
	EXPECT_FALSE(replacement_is_inside(&ranges, 0xFFFFFFFFA0041000));
	EXPECT_FALSE(replacement_is_inside(&ranges, 0));
	EXPECT_FALSE(replacement_is_inside(&ranges, UINT64_MAX));
}

TEST(Ranges, GrowOnlyByWhatFollows)
{
	struct replacement_ranges ranges = {};
	replacement_add_range_once(&ranges, 10, 1);
	replacement_add_range_once(&ranges, 10, 1); // two sections in one page
	replacement_add_range_once(&ranges, 10, 2);
	replacement_add_range_once(&ranges, 12, 1);
	EXPECT_EQ(ranges.count, 1u);
	EXPECT_EQ(ranges.ranges[0].page_count, 3u);
	replacement_add_range_once(&ranges, 20, 1);
	replacement_add_range_once(&ranges, 5, 1);
	EXPECT_EQ(ranges.count, 3u);
}

TEST(Ranges, PanicWhenThereIsNoRoom)
{
	struct replacement_ranges ranges = {};
	for (uint64_t i = 0; i < REPLACEMENT_RANGES_MAX; i++)
		replacement_add_range(&ranges, 2 * i, 1);
	EXPECT_THROW(replacement_add_range(&ranges, 1000, 1), std::runtime_error);
}

TEST(Scan, FindsTheFirstPointerAndSaysWhereItIs)
{
	struct replacement_ranges ranges = Ranges();
	struct replacement_finding finding = {};
	std::vector<uint64_t> words(64, 0xFFFFFFFFA0000000);
	uint64_t start = reinterpret_cast<uint64_t>(words.data());
	EXPECT_FALSE(replacement_scan(&ranges, start, words.size() * 8, 8, &finding));
	words[63] = IMAGE + 2 * PAGE;
	EXPECT_TRUE(replacement_scan(&ranges, start, words.size() * 8, 8, &finding));
	EXPECT_EQ(finding.place, start + 63 * 8);
	EXPECT_EQ(finding.value, IMAGE + 2 * PAGE);
	words[5] = 0xFFFFFFFFA0051008;
	EXPECT_TRUE(replacement_scan(&ranges, start, words.size() * 8, 8, &finding));
	EXPECT_EQ(finding.place, start + 5 * 8);
	EXPECT_FALSE(replacement_scan(&ranges, start, 5 * 8 + 7, 8, &finding)) << "the word is not all there";
	EXPECT_FALSE(replacement_scan(&ranges, start, 0, 8, &finding));
}

TEST(Scan, FindsHalfAlignedPointersWhereAsked)
{
	struct replacement_ranges ranges = Ranges();
	struct replacement_finding finding = {};
	unsigned char task[104] = {};
	uint64_t start = reinterpret_cast<uint64_t>(task);
	memcpy(task + 36, &IMAGE, sizeof IMAGE);
	EXPECT_FALSE(replacement_scan(&ranges, start, sizeof task, 8, &finding));
	EXPECT_TRUE(replacement_scan(&ranges, start, sizeof task, 4, &finding));
	EXPECT_EQ(finding.place, start + 36);
}

TEST(Scan, PutsTheAddressOfAGateTogether)
{
	struct replacement_ranges ranges = Ranges();
	struct replacement_finding finding = {};
	unsigned char gates[32] = {};
	struct bytes view = bytes_from(gates, sizeof gates);
	EXPECT_FALSE(replacement_scan_gates(&ranges, view, &finding));
	const unsigned char gate[16] = {0x34, 0x12, 8, 0, 1, 0x8E, 0x10, 0x80, 0xFF, 0xFF, 0xFF, 0xFF};
	memcpy(gates + 16, gate, sizeof gate);
	EXPECT_TRUE(replacement_scan_gates(&ranges, view, &finding));
	EXPECT_EQ(finding.value, 0xFFFFFFFF80101234);
	EXPECT_EQ(finding.place, reinterpret_cast<uint64_t>(gates + 16));
	gates[16 + 6] = 0x20; // it leads behind the image
	EXPECT_FALSE(replacement_scan_gates(&ranges, view, &finding));
}

} // namespace
