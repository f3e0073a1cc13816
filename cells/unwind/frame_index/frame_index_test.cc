#include "cells/unwind/frame_index/frame_index.h"

#include <gtest/gtest.h>

#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/unwind/frame_builder.h"

namespace
{

using namespace ariadne_test;

// A cell with functions of 16 bytes at each of `starts`.
struct Cell {
	FrameBuilder builder;
	struct frame_index_cell tables;
	Cell(uint64_t address, const std::vector<uint64_t> &starts) : builder(address)
	{
		builder.Common();
		for (uint64_t start : starts)
			builder.Function({.start = start, .size = 16});
		struct bytes content = bytes_from(builder.table().data(), builder.table().size());
		tables = {{content, address}, {}, 0};
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
	struct frame_index_place place;
	struct frame_common common = {};
	ASSERT_EQ(frame_index_find(0x7018, &common, &place), STATUS_OK);
	EXPECT_EQ(place.cell.frames.address, 0x30000u);

	frame_index_remove(0x30000);
	EXPECT_EQ(Function(0x7000), 0u);
	EXPECT_EQ(Function(0x5000), 0x5000u);
	EXPECT_EQ(Function(0x9000), 0x9000u);
	frame_index_remove(0x30000); // is not there
	frame_index_remove(0x10000);
	frame_index_remove(0x20000);
	EXPECT_EQ(Function(0x5000), 0u);
}

TEST_F(FrameIndex, RefusesWhatCannotBeIndexed)
{
	Cell one(0x10000, {0x5000, 0x5020}), none(0x20000, {}), over(0x30000, {0x5010}),
		around(0x40000, {0x4000, 0x6000});
	Cell far(0x50000, {0x100000, 0x60000000});
	struct diagnosis why = {};
	ASSERT_EQ(one.Add(&why), STATUS_OK);
	EXPECT_EQ(none.Add(&why), STATUS_NOT_FOUND);
	EXPECT_STREQ(why.message, "unwind table: no function is in it");
	why = {};
	EXPECT_EQ(over.Add(&why), STATUS_EXISTS);
	EXPECT_STREQ(why.message, "unwind table: another one speaks of functions between 0x5010 and 0x5020");
	EXPECT_EQ(around.Add(nullptr), STATUS_EXISTS);
	why = {};
	EXPECT_EQ(far.Add(&why), STATUS_UNSUPPORTED);
	EXPECT_STREQ(why.message, "unwind table: its functions lie more than 1 GiB apart");
	one.builder.table()[8] = 9; // a version that nobody knows
	Cell bad(0x60000, {0x8000});
	bad.builder.table()[8] = 9;
	why = {};
	EXPECT_EQ(bad.Add(&why), STATUS_UNSUPPORTED);
	EXPECT_EQ(frame_index_count(), 1u);
	frame_index_remove(0x10000);
}

TEST_F(FrameIndex, GrowsAndShrinksWithoutATrace)
{
	heap_trim();
	uint64_t free_frames = 0, heap_objects = 0;
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
			frame_index_remove(0x1000000 + i * 0x1000);
		EXPECT_EQ(frame_index_count(), 0u);
		heap_trim();
		if (round == 0) {
			free_frames = frame_allocator_statistics().free_frames;
			heap_objects = heap_statistics().objects;
		}
	}
	EXPECT_EQ(frame_allocator_statistics().free_frames, free_frames);
	EXPECT_EQ(heap_statistics().objects, heap_objects);
}

TEST_F(FrameIndex, OutOfMemoryLeavesNothingBehind)
{
	Cell cell(0x10000, {0x5000});
	static struct mapped_pages_mut pages[4096];
	static struct heap_object objects[4096];
	size_t taken_pages = 0, taken_objects = 0;
	heap_trim();
	for (size_t size = 1 << 22; size >= 4096; size /= 2)
		while (taken_pages < std::size(pages) &&
			mapped_pages_mut_allocate(&pages[taken_pages], size, PAGE_REGION_GENERAL) == STATUS_OK)
			taken_pages++;
	while (taken_objects < std::size(objects) && heap_allocate(&objects[taken_objects], 24) == STATUS_OK)
		taken_objects++;
	ASSERT_LT(taken_pages, std::size(pages));
	ASSERT_LT(taken_objects, std::size(objects));
	struct diagnosis why = {};
	EXPECT_EQ(cell.Add(&why), STATUS_NO_MEMORY) << why.message;
	EXPECT_EQ(frame_index_count(), 0u);
	for (size_t i = 0; i < taken_objects; i++)
		heap_object_release(&objects[i]);
	for (size_t i = 0; i < taken_pages; i++)
		mapped_pages_mut_release(&pages[i]);
	EXPECT_EQ(cell.Add(), STATUS_OK);
	frame_index_remove(0x10000);
}

// The second list is on the heap. Whatever is written over it, the search ends, and finds.
TEST_F(FrameIndex, ASearchDoesNotBelieveTheHeap)
{
	std::vector<uint64_t> starts;
	for (uint64_t i = 0; i < 64; i++)
		starts.push_back(0x5000 + i * 16);
	heap_trim();
	Cell cell(0x10000, starts);
	ASSERT_EQ(cell.Add(), STATUS_OK);
	// The hints are pairs of 32 bits; the first is that of function 0 at entry 24. Find them in memory and spoil
	// them.
	struct frame_index_place place;
	struct frame_common common = {};
	ASSERT_EQ(frame_index_find(0x5008, &common, &place), STATUS_OK);
	OWN(heap_object, neighbour);
	ASSERT_EQ(heap_allocate(&neighbour, sizeof(struct heap_object) + 64 * 8), STATUS_OK);
	unsigned char *near = heap_object_bytes(&neighbour).data;
	uint32_t wanted[4] = {0, 0x18, 16, 0x2C};
	bool spoiled = false;
	for (unsigned char *at = (unsigned char *)((uintptr_t)near & ~(uintptr_t)4095);
		at + sizeof wanted <= (unsigned char *)((uintptr_t)near | 4095); at += 8) {
		if (memcmp(at, wanted, sizeof wanted))
			continue;
		memset(at, 0xA5, 64 * 8);
		spoiled = true;
	}
	ASSERT_TRUE(spoiled) << "the test must find what it spoils";
	for (uint64_t start : starts)
		EXPECT_EQ(Function(start + 3), start);
	EXPECT_EQ(Function(0x5000 + 64 * 16), 0u);
	frame_index_remove(0x10000);
}

} // namespace
