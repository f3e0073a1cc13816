// Large pages.
#include "cells/memory/page_table/page_table_machine.h"

namespace
{

TEST_F(PageTable, WhereAlignmentAllowsOneEntryMapsTwoMegabytes)
{
	const size_t first = LargeIndex();
	ASSERT_EQ(page_table_map_any(Page(first), kPerTable + 3, kReadWrite), STATUS_OK);
	EXPECT_EQ(page_table_statistics().large_pages, 1u);
	EXPECT_EQ(page_table_statistics().mapped_pages, kPerTable + 3);
	EXPECT_EQ(page_table_statistics().table_frames, 3u) << "none for the large page";
	const uint64_t physical = Lookup(Page(first)).physical.value;
	EXPECT_EQ(physical % (2 * kMiB), 0u);
	EXPECT_TRUE(Lookup(Page(first + 511)).large);
	EXPECT_EQ(Lookup(Page(first + 511)).physical.value, physical + 511 * kPage);
	EXPECT_FALSE(Lookup(Page(first + 512)).large);
	At(Page(first + 300))[7] = 0x5a;
	EXPECT_EQ(static_cast<unsigned char *>(page_table_host_physical({physical + 300 * kPage}, kPage))[7], 0x5a);
	page_table_protect(Page(first), kPerTable, PAGE_READ_ONLY);
	EXPECT_DEATH(At(Page(first + 300))[7] = 1, "");
	page_table_protect(Page(first), kPerTable, PAGE_READ_WRITE);
	page_table_unmap(Page(first), kPerTable + 3);
	EXPECT_EQ(page_table_statistics().large_pages, 0u);
}

TEST_F(PageTable, ALargePageIsOneUntilItIsCut)
{
	const size_t first = LargeIndex();
	ASSERT_EQ(page_table_map_any(Page(first), kPerTable, kReadWrite), STATUS_OK);
	At(Page(first + 100))[0] = 0x31;
	try {
		page_table_unmap(Page(first), 100);
		FAIL() << "a part of a large page was unmapped";
	} catch (const std::runtime_error &error) {
		EXPECT_NE(strstr(error.what(), "part of a large page"), nullptr) << error.what();
	}
	EXPECT_THROW(page_table_unmap(Page(first + 100), 412), std::runtime_error);
	EXPECT_THROW(page_table_protect(Page(first + 1), 1, PAGE_READ_ONLY), std::runtime_error);
	EXPECT_THROW((void)page_table_map_any(Page(first + 5), 1, kReadWrite), std::runtime_error) << "mapped already";
	{
		Scarcity none(0);
		EXPECT_EQ(page_table_cut(Page(first)), STATUS_OK) << "nothing reaches across its beginning";
		EXPECT_EQ(page_table_cut(Page(first + 100)), STATUS_NO_MEMORY);
		EXPECT_EQ(page_table_statistics().large_pages, 1u);
	}
	ASSERT_EQ(page_table_cut(Page(first + 100)), STATUS_OK);
	EXPECT_EQ(page_table_statistics().large_pages, 0u);
	ASSERT_EQ(page_table_cut(Page(first + 100)), STATUS_OK) << "it is cut already";
	EXPECT_EQ(At(Page(first + 100))[0], 0x31) << "the content is where it was";
	const uint64_t physical = Lookup(Page(first)).physical.value;
	for (size_t i = 0; i < kPerTable; i++)
		ASSERT_EQ(Lookup(Page(first + i)).physical.value, physical + i * kPage);
	page_table_protect(Page(first + 100), 412, PAGE_READ_ONLY);
	EXPECT_EQ(Lookup(Page(first + 99)).attributes.permission, PAGE_READ_WRITE);
	page_table_unmap(Page(first), 100);
	EXPECT_FALSE(Mapped(Page(first + 99)));
	EXPECT_EQ(At(Page(first + 100))[0], 0x31);
	page_table_unmap(Page(first + 100), 412);
}

TEST_F(PageTable, FragmentedMemoryIsMappedInSmallPages)
{
	const size_t first = LargeIndex();
	// Every 300th frame is taken: no two adjacent MiB are free.
	std::deque<struct allocated_frames> taken;
	for (uint64_t address = kMiB; address < 5 * kMiB; address += 300 * kPage) {
		taken.emplace_back();
		ASSERT_EQ(frame_allocator_allocate_at(&taken.back(), {address}, 1), STATUS_OK);
	}
	ASSERT_EQ(page_table_map_any(Page(first), kPerTable, kReadWrite), STATUS_OK);
	EXPECT_EQ(page_table_statistics().large_pages, 0u);
	page_table_unmap(Page(first), kPerTable);
	for (auto &frame : taken)
		allocated_frames_drop(&frame);
}

} // namespace
