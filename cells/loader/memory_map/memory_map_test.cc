#include "cells/loader/memory_map/memory_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/memory/device_memory/device_memory.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/memory/stack_pool/stack_pool.h"
#include "tests/loader/cell_maker.h"

namespace
{

using namespace ariadne_test;

std::vector<struct memory_map_range> Walk()
{
	std::vector<struct memory_map_range> ranges;
	struct memory_map_walk walk = {};
	struct memory_map_range range;
	while (memory_map_next(&walk, &range) == STATUS_OK)
		ranges.push_back(range);
	EXPECT_EQ(memory_map_next(&walk, &range), STATUS_END) << "and it stays at its end";
	return ranges;
}

// "text low 1", in order of address, for the ranges of that owner.
std::vector<std::string> Of(const std::string &owner)
{
	std::vector<std::string> found;
	for (const auto &range : Walk()) {
		if (std::string(range.owner.start, range.owner.length) == owner)
			found.push_back(std::string(memory_map_kind_name(range.kind)) + " " +
					memory_map_permission_name(range.permission) + " " +
					std::to_string(range.page_count));
	}
	return found;
}

uint64_t PagesOf(enum memory_map_kind kind)
{
	uint64_t count = 0;
	for (const auto &range : Walk())
		count += range.kind == kind ? range.page_count : 0;
	return count;
}

class MemoryMap : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region usable = {address_physical(0x100000), 64 << 20};
		ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
		static const Bytes made = archive({low_cell().finish(), middle_cell().finish()});
		struct diagnosis why = {};
		ASSERT_EQ(cell_loader_start(bytes_from(made.data(), made.size()), &why), STATUS_OK) << why.message;
	}
};

TEST_F(MemoryMap, NamesTheCellOfEachPage)
{
	struct diagnosis why = {};
	ASSERT_EQ(cell_loader_load(TEXT("middle"), &why), STATUS_OK) << why.message;
	std::vector<std::string> low = Of("low");
	std::sort(low.begin(), low.end());
	EXPECT_EQ(low, (std::vector<std::string>{"rodata r-- 1", "state rw- 1", "text r-x 1"}));
	std::vector<std::string> middle = Of("middle");
	std::sort(middle.begin(), middle.end());
	EXPECT_EQ(middle, (std::vector<std::string>{"rodata r-- 1", "text r-x 1"}));
	EXPECT_GT(PagesOf(MEMORY_MAP_BOOKKEEPING), 0u);
	ASSERT_EQ(cell_unload(TEXT("middle"), &why), STATUS_OK) << why.message;
	EXPECT_TRUE(Of("middle").empty());
}

TEST_F(MemoryMap, ShowsEachOwnerAsItsKind)
{
	const struct {
		enum page_owner owner;
		enum memory_map_kind kind;
	} cases[] = {
		{PAGE_OWNER_NOBODY, MEMORY_MAP_UNKNOWN},
		{PAGE_OWNER_HEAP, MEMORY_MAP_HEAP},
		{PAGE_OWNER_ALLOCATOR, MEMORY_MAP_BOOKKEEPING},
		{PAGE_OWNER_UNWINDER, MEMORY_MAP_BOOKKEEPING},
		{PAGE_OWNER_ARCHIVE, MEMORY_MAP_ARCHIVE},
		{PAGE_OWNER_PROCESSOR, MEMORY_MAP_PROCESSOR},
		{PAGE_OWNER_TRAMPOLINE, MEMORY_MAP_TRAMPOLINE},
		{PAGE_OWNER_IMAGE, MEMORY_MAP_IMAGE},
		// It says that it is a cell's, a device's or a stack, but nobody knows of it.
		{PAGE_OWNER_CELL, MEMORY_MAP_UNKNOWN},
		{PAGE_OWNER_DEVICE, MEMORY_MAP_UNKNOWN},
		{PAGE_OWNER_STACK, MEMORY_MAP_UNKNOWN},
	};
	for (const auto &expected : cases) {
		uint64_t before = PagesOf(expected.kind);
		struct mapped_pages_mut pages = {};
		ASSERT_EQ(
			mapped_pages_mut_allocate_for(&pages, 5 * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL, expected.owner),
			STATUS_OK);
		EXPECT_EQ(PagesOf(expected.kind), before + 5) << memory_map_kind_name(expected.kind);
		mapped_pages_mut_drop(&pages);
		EXPECT_EQ(PagesOf(expected.kind), before) << memory_map_kind_name(expected.kind);
	}
}

TEST_F(MemoryMap, NamesTheCellOfEachDeviceAndStack)
{
	struct diagnosis why = {};
	uintptr_t entry = 0;
	ASSERT_EQ(cell_loader_symbol(TEXT("low_value"), &entry, &why), STATUS_OK) << why.message;
	struct device_memory registers = {};
	struct firmware_table table = {};
	struct pooled_stack stack = {};
	ASSERT_EQ(device_memory_map_for(&registers, {0xfed00000}, 3 * PAGE_SIZE_BYTES, "low"), STATUS_OK);
	ASSERT_EQ(firmware_table_map_for(&table, {0xfee00000}, 10, "low"), STATUS_OK);
	ASSERT_EQ(stack_pool_take(&stack, STACK_POOL_SMALL, entry), STATUS_OK);
	std::vector<std::string> low = Of("low");
	for (const char *range : {"device rw- 3", "device r-- 1", "stack rw- 4", "stack r-- 2"})
		EXPECT_NE(std::find(low.begin(), low.end(), range), low.end()) << range;
	EXPECT_EQ(PagesOf(MEMORY_MAP_UNKNOWN), 0u);

	// Nobody's, but kept; and that of a cell that is not there.
	pooled_stack_drop(&stack);
	std::vector<std::string> kept = Of("stack_pool");
	EXPECT_NE(std::find(kept.begin(), kept.end(), "stack rw- 4"), kept.end());
	firmware_table_drop(&table);
	ASSERT_EQ(firmware_table_map_for(&table, {0xfee00000}, 10, "nobody_at_all"), STATUS_OK);
	EXPECT_EQ(PagesOf(MEMORY_MAP_UNKNOWN), 1u);
	firmware_table_drop(&table);
	device_memory_drop(&registers);
	stack_pool_trim();
	EXPECT_EQ(PagesOf(MEMORY_MAP_DEVICE) + PagesOf(MEMORY_MAP_STACK) + PagesOf(MEMORY_MAP_UNKNOWN), 0u);
	ASSERT_EQ(cell_unload(TEXT("low"), &why), STATUS_OK) << why.message;
}

// What a cell has must also have the permission that the registry says.
TEST_F(MemoryMap, DoesNotBelieveAnotherPermission)
{
	struct diagnosis why = {};
	ASSERT_EQ(cell_loader_load(TEXT("low"), &why), STATUS_OK) << why.message;
	for (const auto &range : Walk()) {
		if (range.kind != MEMORY_MAP_RODATA)
			continue;
		page_table_protect(range.start, range.page_count, PAGE_READ_WRITE);
		std::vector<std::string> low = Of("low");
		EXPECT_NE(std::find(low.begin(), low.end(), "unknown rw- 1"), low.end());
		page_table_protect(range.start, range.page_count, PAGE_READ_ONLY);
		return;
	}
	FAIL() << "no constants";
}

} // namespace
