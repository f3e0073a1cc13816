#include "cells/memory/page_table/page_table_machine.h"

#include <cstring>
#include <map>
#include <random>

namespace
{

using PageTableDeathTest = PageTable;

TEST_F(PageTable, PagesLeadToTheirFrames)
{
	OWN(allocated_frames, frames);
	ASSERT_EQ(frame_allocator_allocate(&frames, {3, 0, {}, {}}), STATUS_OK);
	struct physical_address physical = allocated_frames_start(&frames);
	auto *content = static_cast<unsigned char *>(page_table_host_physical(physical, 3 * kPage));
	memset(content, 0x11, 3 * kPage);
	ASSERT_EQ(page_table_map(Page(7), &frames, {PAGE_READ_WRITE, PAGE_CACHED, PAGE_OWNER_STACK}), STATUS_OK);
	EXPECT_TRUE(allocated_frames_is_empty(&frames));

	EXPECT_EQ(At(Page(8))[5], 0x11);
	At(Page(9))[kPage - 1] = 0x22;
	EXPECT_EQ(content[3 * kPage - 1], 0x22);
	struct page_translation translation = Lookup({Page(8).value + 123});
	EXPECT_EQ(translation.physical.value, physical.value + kPage);
	EXPECT_EQ(translation.attributes.permission, PAGE_READ_WRITE);
	EXPECT_EQ(translation.attributes.cache, PAGE_CACHED);
	EXPECT_EQ(translation.attributes.owner, PAGE_OWNER_STACK);
	EXPECT_EQ(translation.loans, 0u);
	EXPECT_FALSE(translation.large);
	EXPECT_TRUE(translation.owns_frame);
	EXPECT_FALSE(Mapped(Page(6)));
	EXPECT_FALSE(Mapped(Page(10)));
	EXPECT_EQ(page_table_statistics().mapped_pages, 3u);
	EXPECT_EQ(page_table_statistics().table_frames, 3u) << "one table on each level below the root";
	page_table_unmap(Page(7), 3);
}

TEST_F(PageTable, UncachedPagesSaySo)
{
	OWN(allocated_frames, registers);
	ASSERT_EQ(frame_allocator_claim(&registers, {0xfee00000}, 1), STATUS_OK);
	ASSERT_EQ(page_table_map(Page(0), &registers, {PAGE_READ_WRITE, PAGE_UNCACHED, PAGE_OWNER_DEVICE}), STATUS_OK);
	EXPECT_EQ(Lookup(Page(0)).attributes.cache, PAGE_UNCACHED);
	page_table_protect(Page(0), 1, PAGE_READ_ONLY);
	EXPECT_EQ(Lookup(Page(0)).attributes.cache, PAGE_UNCACHED) << "a change of permission keeps the cache mode";
	EXPECT_EQ(frame_allocator_statistics().claimed_frames, 1u);
	page_table_unmap(Page(0), 1);
	EXPECT_EQ(frame_allocator_statistics().claimed_frames, 0u);
}

TEST_F(PageTableDeathTest, PermissionsAreEnforced)
{
	ASSERT_EQ(page_table_map_any(Page(0), 1, kReadWrite), STATUS_OK);
	At(Page(0))[16] = 0xc3; // ret; the sanitizer looks at what stands before a function
	auto *function = reinterpret_cast<void (*)()>(Page(0).value + 16);
	EXPECT_DEATH(function(), "");

	page_table_protect(Page(0), 1, PAGE_READ_ONLY);
	EXPECT_EQ(At(Page(0))[16], 0xc3);
	EXPECT_DEATH(At(Page(0))[0] = 1, "");
	EXPECT_DEATH(function(), "");

	page_table_protect(Page(0), 1, PAGE_READ_EXECUTE);
	function();
	EXPECT_DEATH(At(Page(0))[0] = 1, "");

	page_table_protect(Page(0), 1, PAGE_READ_WRITE);
	At(Page(0))[0] = 1;
	page_table_unmap(Page(0), 1);
	EXPECT_DEATH((void)At(Page(0))[0], "");
}

TEST_F(PageTable, MistakesPanicBeforeAnythingChanges)
{
	ASSERT_EQ(page_table_map_any(Page(1), 2, kReadWrite), STATUS_OK);
	EXPECT_THROW((void)page_table_map_any(
			     Page(0), 4, {static_cast<enum page_permission>(3), PAGE_CACHED, PAGE_OWNER_NOBODY}),
		std::runtime_error);
	EXPECT_THROW((void)page_table_map_any(
			     Page(0), 1, {PAGE_READ_ONLY, static_cast<enum page_cache>(2), PAGE_OWNER_NOBODY}),
		std::runtime_error);
	EXPECT_THROW((void)page_table_map_any(Page(0), 1, {PAGE_READ_ONLY, PAGE_CACHED, PAGE_OWNER_COUNT_}),
		std::runtime_error);
	EXPECT_THROW((void)page_table_map_any({Page(0).value + 1}, 1, kReadOnly), std::runtime_error);
	EXPECT_THROW((void)page_table_map_any(Page(5), 0, kReadOnly), std::runtime_error);
	EXPECT_THROW((void)page_table_map_any(Page(1), 1, kReadOnly), std::runtime_error) << "mapped already";
	EXPECT_THROW(page_table_unmap(Page(1), 3), std::runtime_error) << "the third is not mapped";
	EXPECT_THROW(page_table_unmap(Page(10 * kPerTable), 1), std::runtime_error) << "not even a table";
	EXPECT_THROW(page_table_protect(Page(0), 2, PAGE_READ_ONLY), std::runtime_error);
	EXPECT_THROW(page_table_protect(Page(10 * kPerTable), 1, PAGE_READ_ONLY), std::runtime_error);
	At(Page(1))[0] = 1;
	At(Page(2))[0] = 1;
	page_table_unmap(Page(1), 2);
}

TEST_F(PageTable, TablesComeAndGoWithTheirPages)
{
	const size_t edge = kPerTable - 1 - Page(0).value / kPage % kPerTable;
	ASSERT_EQ(page_table_map_any(Page(edge), 1, kReadWrite), STATUS_OK);
	const uint64_t tables = page_table_statistics().table_frames;
	ASSERT_EQ(page_table_map_any(Page(edge + 1), 2, kReadWrite), STATUS_OK);
	EXPECT_EQ(page_table_statistics().table_frames, tables + 1);
	page_table_unmap(Page(edge + 1), 1);
	EXPECT_EQ(page_table_statistics().table_frames, tables + 1);
	page_table_unmap(Page(edge + 2), 1);
	EXPECT_EQ(page_table_statistics().table_frames, tables);
	page_table_unmap(Page(edge), 1);
	EXPECT_EQ(page_table_statistics().table_frames, 0u);
	EXPECT_FALSE(Mapped(Page(edge)));
}

TEST_F(PageTable, AFullTableIsCountedRight)
{
	const size_t first = (kPerTable - Page(0).value / kPage % kPerTable) % kPerTable;
	ASSERT_EQ(page_table_map_any(Page(first), 1, kReadWrite), STATUS_OK);
	ASSERT_EQ(page_table_map_any(Page(first + 1), kPerTable - 1, kReadWrite), STATUS_OK);
	EXPECT_EQ(page_table_statistics().table_frames, 3u);
	page_table_unmap(Page(first), kPerTable);
}

TEST_F(PageTable, RunningOutOfFramesLeavesNoTrace)
{
	const size_t first = kPerTable - 2 - Page(0).value / kPage % kPerTable;
	for (uint64_t frames = 0; frames < 12; frames++) {
		Scarcity scarcity(frames);
		// Four pages across two tables: four frames, and tables on three levels, one of them twice.
		enum status status = page_table_map_any(Page(first), 4, kReadWrite);
		if (frames < 8) {
			EXPECT_EQ(status, STATUS_NO_MEMORY) << frames;
			EXPECT_EQ(Free(), frames);
			EXPECT_EQ(page_table_statistics().table_frames, 0u) << frames;
			for (size_t i = 0; i < 4; i++)
				EXPECT_FALSE(Mapped(Page(first + i)));
		} else {
			ASSERT_EQ(status, STATUS_OK) << frames;
			page_table_unmap(Page(first), 4);
		}
	}
	for (uint64_t frames = 0; frames < 5; frames++) {
		OWN(allocated_frames, given);
		ASSERT_EQ(frame_allocator_allocate(&given, {4, 0, {}, {}}), STATUS_OK);
		Scarcity scarcity(frames);
		enum status status = page_table_map(Page(first), &given, kReadOnly);
		EXPECT_TRUE(allocated_frames_is_empty(&given)) << "they are consumed in any case";
		if (frames < 4) {
			EXPECT_EQ(status, STATUS_NO_MEMORY) << frames;
			EXPECT_EQ(Free(), frames + 4) << "the frames are free again";
			EXPECT_EQ(page_table_statistics().table_frames, 0u) << frames;
		} else {
			ASSERT_EQ(status, STATUS_OK) << frames;
			page_table_unmap(Page(first), 4);
		}
	}
}

TEST_F(PageTable, FramesComeBackInAHandle)
{
	OWN(allocated_frames, frames);
	ASSERT_EQ(frame_allocator_allocate(&frames, {5, 0, {}, {}}), STATUS_OK);
	const uint64_t physical = allocated_frames_start(&frames).value;
	ASSERT_EQ(page_table_map(Page(3), &frames, kReadWrite), STATUS_OK);
	OWN(unmapped_frames, back);
	page_table_unmap_to(Page(3), 5, &back);
	EXPECT_FALSE(Mapped(Page(3)));
	EXPECT_EQ(unmapped_frames_start(&back).value, physical);
	EXPECT_EQ(unmapped_frames_count(&back), 5u);
	const uint64_t free = Free();
	frame_allocator_reuse(&back, &frames);
	EXPECT_EQ(Free(), free) << "not free in between";

	OWN(allocated_frames, head);
	frame_allocator_split(&frames, 2, &head);
	ASSERT_EQ(page_table_map(Page(8), &frames, kReadWrite), STATUS_OK);
	ASSERT_EQ(page_table_map(Page(11), &head, kReadWrite), STATUS_OK);
	EXPECT_THROW(page_table_unmap_to(Page(8), 5, &back), std::runtime_error) << "in another order";
	EXPECT_TRUE(Mapped(Page(8)));
	page_table_unmap(Page(8), 5);
}

TEST_F(PageTable, LentPagesStayAsTheyAre)
{
	ASSERT_EQ(page_table_map_any(Page(0), 4, kReadWrite), STATUS_OK);
	EXPECT_THROW(page_table_end_loan(Page(0), 1), std::runtime_error) << "not lent";
	EXPECT_THROW((void)page_table_lend(Page(3), 2), std::runtime_error) << "the second is not mapped";
	ASSERT_EQ(page_table_lend(Page(1), 2), STATUS_OK);
	ASSERT_EQ(page_table_lend(Page(2), 1), STATUS_OK);
	EXPECT_EQ(Lookup(Page(2)).loans, 2u);
	EXPECT_THROW(page_table_unmap(Page(0), 4), std::runtime_error);
	EXPECT_THROW(page_table_protect(Page(1), 1, PAGE_READ_ONLY), std::runtime_error);
	EXPECT_THROW(page_table_end_loan(Page(0), 3), std::runtime_error) << "the first is not lent";
	for (size_t i = 0; i < 4; i++)
		EXPECT_EQ(Lookup(Page(i)).attributes.permission, PAGE_READ_WRITE) << "nothing was changed";
	EXPECT_EQ(Lookup(Page(1)).loans, 1u);
	page_table_unmap(Page(0), 1);
	page_table_end_loan(Page(1), 2);
	EXPECT_THROW(page_table_unmap(Page(1), 3), std::runtime_error);
	page_table_end_loan(Page(2), 1);
	for (int i = 0; i < PAGE_TABLE_LOANS_MAX; i++)
		ASSERT_EQ(page_table_lend(Page(1), 3), STATUS_OK);
	EXPECT_EQ(page_table_lend(Page(3), 1), STATUS_BUSY);
	EXPECT_EQ(Lookup(Page(3)).attributes.permission, PAGE_READ_WRITE) << "the count stays within its bits";
	for (int i = 0; i < PAGE_TABLE_LOANS_MAX; i++)
		page_table_end_loan(Page(1), 3);
	page_table_unmap(Page(1), 3);
}

TEST_F(PageTable, OwnersAreKeptAndNamed)
{
	ASSERT_EQ(page_table_map_any(Page(0), 2, {PAGE_READ_WRITE, PAGE_CACHED, PAGE_OWNER_HEAP}), STATUS_OK);
	page_table_set_owner(Page(1), 1, PAGE_OWNER_STACK);
	EXPECT_EQ(Lookup(Page(0)).attributes.owner, PAGE_OWNER_HEAP);
	EXPECT_EQ(Lookup(Page(1)).attributes.owner, PAGE_OWNER_STACK);
	page_table_protect(Page(0), 2, PAGE_READ_EXECUTE);
	EXPECT_EQ(Lookup(Page(1)).attributes.owner, PAGE_OWNER_STACK) << "a change of permission keeps it";
	EXPECT_THROW(page_table_set_owner(Page(1), 1, PAGE_OWNER_COUNT_), std::runtime_error);
	page_table_unmap(Page(0), 2);
	EXPECT_TRUE(text_equal(page_owner_name(PAGE_OWNER_HEAP), TEXT("heap")));
	EXPECT_TRUE(text_equal(page_owner_name(PAGE_OWNER_COUNT_), TEXT("unknown")));
}

TEST_F(PageTable, TheWalkSeesEveryRangeOnce)
{
	const size_t first = LargeIndex();
	ASSERT_EQ(page_table_map_any(Page(first), kPerTable, kReadWrite), STATUS_OK);
	ASSERT_EQ(page_table_map_any(Page(first + kPerTable), 2, kReadWrite), STATUS_OK);
	ASSERT_EQ(page_table_map_any(Page(first + kPerTable + 2), 1, kReadOnly), STATUS_OK);
	ASSERT_EQ(page_table_map_any(Page(first + 3 * kPerTable), 1, kReadOnly), STATUS_OK);
	std::vector<std::pair<uint64_t, size_t>> seen;
	struct page_range range;
	for (struct virtual_address from = {}; page_table_next(from, &range) == STATUS_OK;
		from.value = range.start.value + range.page_count * kPage) {
		seen.emplace_back(range.start.value, range.page_count);
		EXPECT_TRUE(range.owns_frames);
	}
	const std::vector<std::pair<uint64_t, size_t>> expected = {
		{Page(first).value, kPerTable + 2},
		{Page(first + kPerTable + 2).value, 1},
		{Page(first + 3 * kPerTable).value, 1},
	};
	EXPECT_EQ(seen, expected);
	ASSERT_EQ(page_table_next({Page(first).value + 5 * kPage + 17}, &range), STATUS_OK);
	EXPECT_EQ(range.start.value, Page(first + 5).value) << "it begins where it is asked for";
	EXPECT_EQ(range.page_count, kPerTable - 3);
	EXPECT_EQ(page_table_next({Page(first + 3 * kPerTable + 1).value}, &range), STATUS_NOT_FOUND);
	page_table_unmap(Page(first), kPerTable + 3);
	page_table_unmap(Page(first + 3 * kPerTable), 1);
}

// What the boot code mapped, with tables of its own, far from everything else: at 1.5 TiB.
TEST_F(PageTable, BootPagesAreAdoptedAndGivenBackWithTheirTables)
{
	constexpr uint64_t kBoot = 0x18000000000;
	const uint64_t total = frame_allocator_statistics().total_frames;
	page_table_host_boot_map({kBoot}, {0x8000}, 4, PAGE_READ_EXECUTE, {0x2000});
	page_table_take_over();
	EXPECT_EQ(page_table_statistics().table_frames, 3u);
	EXPECT_EQ(frame_allocator_statistics().total_frames, total + 3) << "the tables' frames are usable memory now";
	EXPECT_FALSE(Lookup({kBoot}).owns_frame);

	EXPECT_EQ(page_table_adopt({kBoot}, 4, PAGE_READ_ONLY), STATUS_REFUSED) << "they may be executed";
	EXPECT_EQ(page_table_adopt({kBoot + kPage}, 4, PAGE_READ_EXECUTE), STATUS_REFUSED) << "the last is not mapped";
	EXPECT_EQ(page_table_adopt({kBoot + kMiB * 4}, 1, PAGE_READ_EXECUTE), STATUS_REFUSED) << "not even a table";
	ASSERT_EQ(page_table_adopt({kBoot}, 3, PAGE_READ_EXECUTE), STATUS_OK);
	EXPECT_EQ(page_table_adopt({kBoot + 2 * kPage}, 2, PAGE_READ_EXECUTE), STATUS_REFUSED) << "adopted before";
	EXPECT_EQ(Lookup({kBoot}).attributes.owner, PAGE_OWNER_IMAGE);
	EXPECT_TRUE(Lookup({kBoot + 2 * kPage}).owns_frame);
	EXPECT_FALSE(Lookup({kBoot + 3 * kPage}).owns_frame);
	EXPECT_EQ(frame_allocator_statistics().total_frames, total + 6);
	const uint64_t free = Free();
	page_table_unmap({kBoot}, 3);
	EXPECT_EQ(Free(), free + 3);
	ASSERT_EQ(page_table_adopt({kBoot + 3 * kPage}, 1, PAGE_READ_EXECUTE), STATUS_OK);
	page_table_unmap({kBoot + 3 * kPage}, 1);
	EXPECT_EQ(Free(), free + 4 + 3) << "and the tables, too";
	EXPECT_EQ(page_table_statistics().table_frames, 0u);
	Expect(Free());
}

TEST_F(PageTable, RangesInAnyOrderAgainstAModel)
{
	struct Range {
		size_t count;
		enum page_permission permission;
	};
	constexpr size_t kSpan = 3 * kPerTable;
	std::mt19937 random(11);
	std::map<size_t, Range> ranges;
	auto is_free = [&](size_t first, size_t count) {
		for (auto &[start, range] : ranges) {
			if (first < start + range.count && start < first + count)
				return false;
		}
		return true;
	};
	for (int step = 0; step < 3000; step++) {
		size_t first = random() % kSpan;
		size_t count = 1 + random() % (random() % 8 == 0 ? 200 : 6);
		auto permission = static_cast<enum page_permission>(random() % 3);
		if (random() % 2 && is_free(first, count)) {
			const uint64_t before = Free();
			enum status status =
				page_table_map_any(Page(first), count, {permission, PAGE_CACHED, PAGE_OWNER_NOBODY});
			if (status) {
				ASSERT_EQ(status, STATUS_NO_MEMORY);
				ASSERT_EQ(Free(), before);
				ASSERT_LT(before, count + 4);
				continue;
			}
			ranges[first] = {count, permission};
		} else if (!ranges.empty()) {
			auto chosen = std::next(ranges.begin(), static_cast<long>(random() % ranges.size()));
			if (random() % 2) {
				page_table_protect(Page(chosen->first), chosen->second.count, permission);
				chosen->second.permission = permission;
			} else {
				page_table_unmap(Page(chosen->first), chosen->second.count);
				ranges.erase(chosen);
			}
		}
		if (step % 100 != 0)
			continue;
		std::map<uint64_t, size_t> owner;
		uint64_t pages = 0;
		for (auto &[start, range] : ranges) {
			pages += range.count;
			for (size_t i = start; i < start + range.count; i++) {
				struct page_translation translation = Lookup(Page(i));
				ASSERT_EQ(translation.attributes.permission, range.permission);
				ASSERT_TRUE(owner.emplace(translation.physical.value, i).second)
					<< "a frame is mapped twice";
			}
		}
		ASSERT_EQ(page_table_statistics().mapped_pages, pages);
	}
	for (auto &[start, range] : ranges)
		page_table_unmap(Page(start), range.count);
}

TEST_F(PageTable, TheCellsRegionSuitsThirtyTwoBitRelocations)
{
	struct page_table_region cells = page_table_cells_region();
	EXPECT_LT(cells.start.value + cells.page_count * kPage, 1ull << 31);
	ASSERT_EQ(page_table_map_any(cells.start, 1, kReadWrite), STATUS_OK);
	At(cells.start)[0] = 1;
	page_table_unmap(cells.start, 1);
	struct page_table_region general = page_table_general_region();
	EXPECT_GE(general.page_count, 1u << 18);
}

TEST_F(PageTable, PhysicalMemoryBeyondTheHostsPanics)
{
	EXPECT_THROW(page_table_host_physical({1ull << 36}, 1), std::runtime_error);
	EXPECT_THROW(page_table_host_physical({(1ull << 36) - 1}, 2), std::runtime_error);
}

} // namespace
