#include "cells/unwind/frame_index/frame_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/unwind/frame_builder.h"

namespace
{

using namespace ariadne_test;

// A cell with functions of 16 bytes at each of `starts`, and the fields that lead to them as the loader keeps them.
struct Cell {
	FrameBuilder builder;
	std::vector<uint32_t> fields;
	struct frame_index_cell tables;
	Cell(uint64_t address, const std::vector<uint64_t> &starts) : builder(address)
	{
		builder.Common();
		for (uint64_t start : starts)
			fields.push_back((uint32_t)builder.Function({.start = start, .size = 16}) + 8);
		struct bytes content = bytes_from(builder.table().data(), builder.table().size());
		auto [low, high] = std::minmax_element(starts.begin(), starts.end());
		tables = {*low, *high + 16, {content, address}, {}, 0, {fields.data(), fields.size()}};
	}
	enum status Add(struct diagnosis *why = nullptr)
	{
		return frame_index_add(&tables, why);
	}
};

class FrameIndex : public testing::Test
{
      protected:
	void SetUp() override
	{
		static bool started = false;
		struct frame_region memory = {{0x100000}, 64 << 20};
		if (!started)
			ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
		started = true;
		ASSERT_EQ(frame_index_count(), 0u);
	}
	static uint64_t Function(uint64_t address)
	{
		struct frame_index_place place = {};
		struct frame_common common = {};
		return frame_index_find(address, &common, &place) == STATUS_OK ? place.entry.function_start : 0;
	}
};

TEST_F(FrameIndex, FindsTheFunctionOfAnAddress)
{
	Cell low(0x10000, {0x5000, 0x5010, 0x5040}), high(0x20000, {0x9000}), middle(0x30000, {0x7010, 0x7000, 0x7020});
	for (Cell *cell : {&low, &high, &middle})
		ASSERT_EQ(cell->Add(), STATUS_OK);
	EXPECT_EQ(frame_index_count(), 3u);
	EXPECT_EQ(Function(0x4FFF), 0u);
	EXPECT_EQ(Function(0x5000), 0x5000u);
	EXPECT_EQ(Function(0x500F), 0x5000u);
	EXPECT_EQ(Function(0x5010), 0x5010u);
	EXPECT_EQ(Function(0x5020), 0u) << "between two functions";
	EXPECT_EQ(Function(0x504F), 0x5040u);
	EXPECT_EQ(Function(0x5050), 0u) << "between two cells";
	for (uint64_t address : {0x7000, 0x7010, 0x7020, 0x9000})
		EXPECT_EQ(Function(address), address);
	EXPECT_EQ(Function(0x9010), 0u);
	struct frame_index_place place = {};
	struct frame_common common = {};
	ASSERT_EQ(frame_index_find(0x7018, &common, &place), STATUS_OK);
	EXPECT_EQ(place.cell.frames.address, 0x30000u);
	EXPECT_EQ(frame_index_find(0x7030, &common, &place), STATUS_NOT_FOUND);
	ASSERT_EQ(frame_index_find(0x7008, &common, &place), STATUS_OK) << "the same cell";
	ASSERT_EQ(frame_index_find(0x9008, &common, &place), STATUS_OK) << "another";
	EXPECT_EQ(place.cell.frames.address, 0x20000u);
	ASSERT_EQ(frame_index_find(0x7008, &common, &place), STATUS_OK);

	frame_index_remove(0x7000);
	EXPECT_EQ(Function(0x7000), 0u);
	EXPECT_EQ(frame_index_find(0x7008, &common, &place), STATUS_NOT_FOUND) << "what was found before has gone";
	EXPECT_EQ(Function(0x5000), 0x5000u);
	EXPECT_EQ(Function(0x9000), 0x9000u);
	frame_index_remove(0x7000); // is not there
	frame_index_remove(0x5000);
	frame_index_remove(0x9000);
	EXPECT_EQ(Function(0x5000), 0u);
}

TEST_F(FrameIndex, RefusesFunctionsOverOthers)
{
	Cell one(0x10000, {0x5000, 0x5020}), over(0x30000, {0x5010}), around(0x40000, {0x4000, 0x6000});
	struct diagnosis why = {};
	ASSERT_EQ(one.Add(&why), STATUS_OK);
	EXPECT_EQ(over.Add(&why), STATUS_EXISTS);
	EXPECT_STREQ(why.message, "unwind table: another one speaks of functions between 0x5010 and 0x5020");
	EXPECT_EQ(around.Add(nullptr), STATUS_EXISTS);
	EXPECT_EQ(frame_index_count(), 1u);
	frame_index_remove(0x5000);
}

TEST_F(FrameIndex, FindsNothingInAnUnsoundTable)
{
	Cell cell(0x10000, {0x5000, 0x5020});
	cell.builder.table()[8] = 9; // a version that nobody knows
	ASSERT_EQ(cell.Add(), STATUS_OK);
	EXPECT_EQ(Function(0x5008), 0u);
	frame_index_remove(0x5000);
}

// Beside the fields that lead to functions others were relocated, too.
TEST_F(FrameIndex, PassesOverFieldsOfOtherKinds)
{
	std::vector<uint64_t> starts;
	for (uint64_t i = 0; i < 33; i++)
		starts.push_back(0x5000 + i * 16);
	Cell cell(0x10000, starts);
	std::vector<uint32_t> fields = {0x15};
	for (uint32_t field : cell.fields) {
		fields.push_back(field);
		fields.push_back(field + 9);
	}
	fields.push_back(0x100000);
	cell.tables.fields = {fields.data(), fields.size()};
	ASSERT_EQ(cell.Add(), STATUS_OK);
	for (uint64_t start : starts)
		EXPECT_EQ(Function(start + 3), start);
	frame_index_remove(0x5000);
}

TEST_F(FrameIndex, GrowsAndShrinksWithoutATrace)
{
	uint64_t free_frames = 0;
	for (int round = 0; round < 2; round++) {
		std::vector<std::unique_ptr<Cell>> cells;
		for (uint64_t i = 0; i < 500; i++) {
			uint64_t place = (i * 7919) % 500; // in no order
			cells.push_back(std::make_unique<Cell>(
				0x1000000 + place * 0x1000, std::vector<uint64_t>{place * 0x100 + 0x1000}));
			ASSERT_EQ(cells.back()->Add(), STATUS_OK);
		}
		for (uint64_t i = 0; i < 500; i++)
			ASSERT_EQ(Function(i * 0x100 + 0x1008), i * 0x100 + 0x1000);
		for (uint64_t i = 0; i < 500; i++)
			frame_index_remove(i * 0x100 + 0x1000);
		EXPECT_EQ(frame_index_count(), 0u);
		if (round == 0)
			free_frames = frame_allocator_statistics().free_frames;
	}
	EXPECT_EQ(frame_allocator_statistics().free_frames, free_frames);
}

TEST_F(FrameIndex, OutOfMemoryLeavesNothingBehind)
{
	std::vector<std::unique_ptr<Cell>> cells; // more than the index has room for
	for (uint64_t i = 0; i < 65; i++)
		cells.push_back(
			std::make_unique<Cell>(0x1000000 + i * 0x1000, std::vector<uint64_t>{i * 0x100 + 0x1000}));
	static struct mapped_pages_mut pages[4096];
	size_t taken = 0;
	for (size_t size = 1 << 22; size >= 4096; size /= 2)
		while (taken < std::size(pages) &&
			mapped_pages_mut_allocate(&pages[taken], size, PAGE_REGION_GENERAL) == STATUS_OK)
			taken++;
	ASSERT_LT(taken, std::size(pages));
	size_t added = 0;
	struct diagnosis why = {};
	while (added < cells.size() && cells[added]->Add(&why) == STATUS_OK)
		added++;
	ASSERT_LT(added, cells.size());
	EXPECT_EQ(cells[added]->Add(&why), STATUS_NO_MEMORY) << why.message;
	EXPECT_EQ(frame_index_count(), added);
	for (size_t i = 0; i < taken; i++)
		mapped_pages_mut_release(&pages[i]);
	EXPECT_EQ(cells[added]->Add(), STATUS_OK);
	for (size_t i = 0; i <= added; i++)
		frame_index_remove(i * 0x100 + 0x1000);
	EXPECT_EQ(frame_index_count(), 0u);
}

// The fields' offsets are on the heap. Whatever is written over them, the search ends, and finds.
TEST_F(FrameIndex, ASearchDoesNotBelieveTheHeap)
{
	std::vector<uint64_t> starts;
	for (uint64_t i = 0; i < 64; i++)
		starts.push_back(0x5000 + i * 16);
	Cell cell(0x10000, starts);
	ASSERT_EQ(cell.Add(), STATUS_OK);
	std::vector<uint32_t> good = cell.fields;
	for (uint32_t wrong : {0xA5A5A5A5u, 0u, 8u, good[7], good[63]}) {
		std::fill(cell.fields.begin(), cell.fields.end(), wrong);
		for (uint64_t start : starts)
			EXPECT_EQ(Function(start + 3), start) << wrong;
		EXPECT_EQ(Function(0x5000 + 64 * 16), 0u);
	}
	std::reverse_copy(good.begin(), good.end(), cell.fields.begin());
	for (uint64_t start : starts)
		EXPECT_EQ(Function(start + 3), start);
	frame_index_remove(0x5000);
}

} // namespace
