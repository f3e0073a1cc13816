#include "cells/memory/page_allocator/page_allocator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace
{

constexpr uint64_t kGeneral = 0xffffc00000000000;
constexpr uint64_t kCells = 0xffffffffa0000000;
constexpr size_t kGeneralPages = 4096;
constexpr size_t kCellsPages = 1024;

class PageAllocator : public ::testing::Test
{
      protected:
	void SetUp() override
	{
		page_allocator_start(PAGE_REGION_GENERAL, {kGeneral}, kGeneralPages);
		page_allocator_start(PAGE_REGION_CELLS, {kCells}, kCellsPages);
	}

	void Adopt(enum page_region region)
	{
		memory_[region].resize(page_allocator_bookkeeping_bytes(region) / 8);
		page_allocator_adopt(region, bytes_mut_from(memory_[region].data(), memory_[region].size() * 8));
	}

	void AdoptBoth()
	{
		Adopt(PAGE_REGION_GENERAL);
		Adopt(PAGE_REGION_CELLS);
	}

	static uint64_t Free(enum page_region region = PAGE_REGION_GENERAL)
	{
		return page_allocator_statistics(region).free_pages;
	}

      private:
	std::vector<uint64_t> memory_[PAGE_REGION_COUNT_];
};

TEST_F(PageAllocator, RegionsAreApart)
{
	AdoptBoth();
	OWN(allocated_pages, general);
	OWN(allocated_pages, cells);
	ASSERT_EQ(page_allocator_allocate(&general, {PAGE_REGION_GENERAL, 3, 0, {}, {}}), STATUS_OK);
	ASSERT_EQ(page_allocator_allocate(&cells, {PAGE_REGION_CELLS, 5, 0, {}, {}}), STATUS_OK);
	EXPECT_EQ(allocated_pages_start(&general).value, kGeneral);
	EXPECT_EQ(allocated_pages_start(&cells).value, kCells);
	EXPECT_EQ(allocated_pages_count(&cells), 5u);
	EXPECT_EQ(Free(), kGeneralPages - 3);
	EXPECT_EQ(Free(PAGE_REGION_CELLS), kCellsPages - 5);
	EXPECT_EQ(page_allocator_statistics(PAGE_REGION_CELLS).total_pages, kCellsPages);
}

TEST_F(PageAllocator, PagesInARange)
{
	OWN(allocated_pages, pages);
	EXPECT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 1, 0, {kGeneral + PAGE_SIZE_BYTES}, {}}),
		STATUS_UNSUPPORTED)
		<< "first stage";
	AdoptBoth();
	const uint64_t from = kGeneral + 100 * PAGE_SIZE_BYTES + 1;
	const uint64_t to = kGeneral + 110 * PAGE_SIZE_BYTES - 1;
	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 8, 0, {from}, {to}}), STATUS_OK);
	EXPECT_EQ(allocated_pages_start(&pages).value, kGeneral + 101 * PAGE_SIZE_BYTES);
	OWN(allocated_pages, more);
	EXPECT_EQ(page_allocator_allocate(&more, {PAGE_REGION_GENERAL, 1, 0, {from}, {to}}), STATUS_NO_MEMORY);
	EXPECT_EQ(page_allocator_allocate(&more, {PAGE_REGION_GENERAL, 1, 0, {to}, {from}}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(page_allocator_allocate(&more, {PAGE_REGION_GENERAL, 1, 0, {}, {kGeneral}}), STATUS_NO_MEMORY);
	EXPECT_EQ(page_allocator_allocate(&more, {PAGE_REGION_CELLS, 1, 0, {}, {kGeneral + 1024}}), STATUS_NO_MEMORY)
		<< "a range before the region";
	EXPECT_EQ(page_allocator_allocate(&more, {PAGE_REGION_CELLS, 1, 0, {kGeneral}, {}}), STATUS_OK);
}

TEST_F(PageAllocator, PagesBeginWhereItWasAskedFor)
{
	AdoptBoth();
	OWN(allocated_pages, odd);
	OWN(allocated_pages, aligned);
	OWN(allocated_pages, none);
	ASSERT_EQ(page_allocator_allocate(&odd, {PAGE_REGION_GENERAL, 3, 0, {}, {}}), STATUS_OK);
	ASSERT_EQ(page_allocator_allocate(&aligned, {PAGE_REGION_GENERAL, 5, 16, {}, {}}), STATUS_OK);
	EXPECT_EQ(allocated_pages_start(&aligned).value, kGeneral + 16 * PAGE_SIZE_BYTES);
	EXPECT_EQ(page_allocator_allocate(&none, {PAGE_REGION_GENERAL, 1, 3, {}, {}}), STATUS_BAD_ARGUMENT);
}

TEST_F(PageAllocator, RunsAreSplitAndMerged)
{
	AdoptBoth();
	OWN(allocated_pages, pages);
	OWN(allocated_pages, head);
	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 6, 0, {}, {}}), STATUS_OK);
	EXPECT_THROW(page_allocator_split(&pages, 0, &head), std::runtime_error);
	EXPECT_THROW(page_allocator_split(&pages, 6, &head), std::runtime_error);
	page_allocator_split(&pages, 2, &head);
	EXPECT_EQ(allocated_pages_start(&head).value, kGeneral);
	EXPECT_EQ(allocated_pages_start(&pages).value, kGeneral + 2 * PAGE_SIZE_BYTES);
	EXPECT_EQ(allocated_pages_count(&pages), 4u);
	EXPECT_THROW(page_allocator_merge(&pages, &head), std::runtime_error);
	page_allocator_merge(&head, &pages);
	EXPECT_EQ(allocated_pages_count(&head), 6u);
	EXPECT_TRUE(allocated_pages_is_empty(&pages));
}

TEST_F(PageAllocator, FirstStageHandsOutRunsFromTheStart)
{
	OWN(allocated_pages, first);
	OWN(allocated_pages, second);
	ASSERT_EQ(page_allocator_allocate(&first, {PAGE_REGION_GENERAL, 10, 0, {}, {}}), STATUS_OK);
	ASSERT_EQ(page_allocator_allocate(&second, {}), STATUS_OK);
	EXPECT_EQ(allocated_pages_start(&second).value, kGeneral + 10 * PAGE_SIZE_BYTES);
	OWN(allocated_pages, none);
	EXPECT_EQ(page_allocator_allocate(&none, {PAGE_REGION_GENERAL, 1, 2, {}, {}}), STATUS_UNSUPPORTED);
	EXPECT_EQ(page_allocator_allocate(&none, {PAGE_REGION_GENERAL, kGeneralPages, 0, {}, {}}), STATUS_NO_MEMORY);
	EXPECT_EQ(page_allocator_allocate_at(&none, {kGeneral}, 1), STATUS_UNSUPPORTED);
	allocated_pages_drop(&second);
	EXPECT_EQ(Free(), kGeneralPages - 10) << "the last ones come back";
	AdoptBoth();
	EXPECT_EQ(page_allocator_allocate_at(&none, {kGeneral}, 1), STATUS_BUSY);
	allocated_pages_drop(&first);
	EXPECT_EQ(page_allocator_allocate_at(&none, {kGeneral}, kGeneralPages), STATUS_OK);
	EXPECT_THROW(Adopt(PAGE_REGION_CELLS), std::runtime_error);
}

TEST_F(PageAllocator, WishesAreMetOrRefused)
{
	AdoptBoth();
	OWN(allocated_pages, large);
	OWN(allocated_pages, one);
	OWN(allocated_pages, none);
	ASSERT_EQ(page_allocator_allocate(&one, {}), STATUS_OK);
	ASSERT_EQ(page_allocator_allocate(&large, {PAGE_REGION_GENERAL, 512, 512, {}, {}}), STATUS_OK);
	EXPECT_EQ(allocated_pages_start(&large).value, kGeneral + LARGE_PAGE_SIZE_BYTES);
	EXPECT_EQ(page_allocator_allocate(&none, {PAGE_REGION_COUNT_, 1, 0, {}, {}}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(page_allocator_allocate(&none, {PAGE_REGION_CELLS, 1, 3, {}, {}}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(page_allocator_allocate(&none, {PAGE_REGION_CELLS, 1, 1ul << 40, {}, {}}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(page_allocator_allocate(&none, {PAGE_REGION_CELLS, kCellsPages + 1, 0, {}, {}}), STATUS_NO_MEMORY);
	EXPECT_EQ(page_allocator_allocate_at(&none, allocated_pages_start(&large), 1), STATUS_BUSY);
	EXPECT_EQ(page_allocator_allocate_at(&none, {kGeneral - PAGE_SIZE_BYTES}, 1), STATUS_NOT_FOUND);
	EXPECT_EQ(page_allocator_allocate_at(&none, {kCells}, kCellsPages + 1), STATUS_NOT_FOUND);
	EXPECT_EQ(page_allocator_allocate_at(&none, {kCells + 1}, 1), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(page_allocator_allocate_at(&none, {kCells}, 0), STATUS_BAD_ARGUMENT);
}

TEST_F(PageAllocator, MappedPagesAreNotFreeUntilTheyComeBack)
{
	AdoptBoth();
	struct virtual_address start;
	{
		OWN(allocated_pages, pages);
		ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_CELLS, 4, 0, {}, {}}), STATUS_OK);
		start = allocated_pages_start(&pages);
		page_allocator_into_mapping(&pages);
	}
	EXPECT_EQ(Free(PAGE_REGION_CELLS), kCellsPages - 4);
	struct allocated_pages back = {};
	page_allocator_from_mapping(&back, start, 4);
	allocated_pages_drop(&back);
	EXPECT_EQ(Free(PAGE_REGION_CELLS), kCellsPages);
	page_allocator_from_mapping(&back, start, 4);
	EXPECT_THROW(allocated_pages_drop(&back), std::runtime_error) << "given back twice";
	struct allocated_pages foreign = {};
	page_allocator_from_mapping(&foreign, {kGeneral - PAGE_SIZE_BYTES}, 1);
	EXPECT_THROW(allocated_pages_drop(&foreign), std::runtime_error);
}

TEST_F(PageAllocator, BadRegionsAndAStartWithPagesOutPanic)
{
	AdoptBoth();
	EXPECT_THROW(page_allocator_start(PAGE_REGION_GENERAL, {kGeneral + 1}, 1), std::runtime_error);
	EXPECT_THROW(page_allocator_start(PAGE_REGION_GENERAL, {kGeneral}, 0), std::runtime_error);
	EXPECT_THROW(page_allocator_start(PAGE_REGION_COUNT_, {kGeneral}, 1), std::runtime_error);
	OWN(allocated_pages, page);
	ASSERT_EQ(page_allocator_allocate(&page, {}), STATUS_OK);
	EXPECT_THROW(page_allocator_start(PAGE_REGION_GENERAL, {kGeneral}, 10), std::runtime_error);
}

TEST_F(PageAllocator, RunsOutAndRecoversWithEveryPageBack)
{
	AdoptBoth();
	std::mt19937 random(3);
	auto taken = std::make_unique<struct allocated_pages[]>(kGeneralPages + 1);
	size_t used = 0;
	while (page_allocator_allocate(&taken[used], {PAGE_REGION_GENERAL, 1 + random() % 7, 0, {}, {}}) == STATUS_OK)
		used++;
	while (page_allocator_allocate(&taken[used], {}) == STATUS_OK)
		used++;
	EXPECT_EQ(Free(), 0u);
	EXPECT_EQ(Free(PAGE_REGION_CELLS), kCellsPages);
	std::vector<size_t> order(used);
	std::iota(order.begin(), order.end(), 0);
	std::shuffle(order.begin(), order.end(), random);
	for (size_t i : order)
		allocated_pages_drop(&taken[i]);
	OWN(allocated_pages, all);
	EXPECT_EQ(page_allocator_allocate(&all, {PAGE_REGION_GENERAL, kGeneralPages, 0, {}, {}}), STATUS_OK);
}

} // namespace
