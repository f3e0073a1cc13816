#include "cells/memory/page_table/page_table.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <map>
#include <random>
#include <stdexcept>
#include <vector>

#include "cells/memory/frame_allocator/frame_allocator.h"

namespace
{

constexpr uint64_t kMiB = 1024 * 1024;
constexpr uint64_t kPage = PAGE_SIZE_BYTES;
constexpr size_t kPerTable = 512;

// Every test gets the same machine of 4 MiB, and must leave as many free frames and tables as it found.
class PageTable : public ::testing::Test
{
      protected:
	void SetUp() override
	{
		static const bool started = [] {
			static const struct frame_region usable = {{kMiB}, 4 * kMiB};
			EXPECT_EQ(frame_allocator_start({&usable, 1}, {}), STATUS_OK);
			static std::vector<uint64_t> memory(frame_allocator_bookkeeping_bytes() / 8);
			frame_allocator_adopt(bytes_mut_from(memory.data(), memory.size() * 8));
			page_table_take_over();
			return true;
		}();
		ASSERT_TRUE(started);
		frames_before_ = Free();
		ASSERT_EQ(page_table_statistics().table_frames, 0u);
	}

	void TearDown() override
	{
		EXPECT_EQ(Free(), frames_before_) << "frames leaked";
		EXPECT_EQ(page_table_statistics().table_frames, 0u);
		EXPECT_EQ(page_table_statistics().mapped_pages, 0u);
	}

	static uint64_t Free()
	{
		return frame_allocator_statistics().free_frames;
	}

	static struct virtual_address Page(size_t index)
	{
		return {page_table_general_region().start.value + index * kPage};
	}

	static volatile unsigned char *At(struct virtual_address address)
	{
		return reinterpret_cast<volatile unsigned char *>(address.value);
	}

	static struct page_translation Lookup(struct virtual_address address)
	{
		struct page_translation translation = {};
		EXPECT_EQ(page_table_lookup(address, &translation), STATUS_OK);
		return translation;
	}

	static bool Mapped(struct virtual_address address)
	{
		struct page_translation translation;
		return page_table_lookup(address, &translation) == STATUS_OK;
	}

	// Leaves exactly `count` frames free while it lives.
	class Scarcity
	{
	      public:
		explicit Scarcity(uint64_t count)
		{
			while (Free() > count) {
				taken_.emplace_back();
				EXPECT_EQ(frame_allocator_allocate(&taken_.back(), {}), STATUS_OK);
			}
		}
		~Scarcity()
		{
			for (auto &frame : taken_)
				allocated_frames_drop(&frame);
		}

	      private:
		std::deque<struct allocated_frames> taken_; // never moves its elements
	};

      private:
	uint64_t frames_before_ = 0;
};

using PageTableDeathTest = PageTable;

TEST_F(PageTable, PagesLeadToTheirFrames)
{
	OWN(allocated_frames, frames);
	ASSERT_EQ(frame_allocator_allocate(&frames, {3, 0, {}, {}}), STATUS_OK);
	struct physical_address physical = allocated_frames_start(&frames);
	auto *content = static_cast<unsigned char *>(page_table_host_physical(physical, 3 * kPage));
	memset(content, 0x11, 3 * kPage);
	ASSERT_EQ(page_table_map(Page(7), physical, 3, PAGE_READ_WRITE, PAGE_CACHED), STATUS_OK);
	frame_allocator_into_mapping(&frames);

	EXPECT_EQ(At(Page(8))[5], 0x11);
	At(Page(9))[kPage - 1] = 0x22;
	EXPECT_EQ(content[3 * kPage - 1], 0x22);
	struct page_translation translation = Lookup({Page(8).value + 123});
	EXPECT_EQ(translation.physical.value, physical.value + kPage);
	EXPECT_EQ(translation.permission, PAGE_READ_WRITE);
	EXPECT_EQ(translation.cache, PAGE_CACHED);
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
	ASSERT_EQ(page_table_map(Page(0), {0xfee00000}, 1, PAGE_READ_WRITE, PAGE_UNCACHED), STATUS_OK);
	frame_allocator_into_mapping(&registers);
	EXPECT_EQ(Lookup(Page(0)).cache, PAGE_UNCACHED);
	page_table_protect(Page(0), 1, PAGE_READ_ONLY);
	EXPECT_EQ(Lookup(Page(0)).cache, PAGE_UNCACHED) << "a change of permission keeps the cache mode";
	EXPECT_EQ(frame_allocator_statistics().claimed_frames, 1u);
	page_table_unmap(Page(0), 1);
	EXPECT_EQ(frame_allocator_statistics().claimed_frames, 0u);
}

TEST_F(PageTableDeathTest, PermissionsAreEnforced)
{
	ASSERT_EQ(page_table_map_any(Page(0), 1, PAGE_READ_WRITE), STATUS_OK);
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
	ASSERT_EQ(page_table_map_any(Page(1), 2, PAGE_READ_WRITE), STATUS_OK);
	EXPECT_THROW((void)page_table_map_any(Page(0), 4, static_cast<enum page_permission>(3)), std::runtime_error);
	EXPECT_THROW((void)page_table_map(Page(0), {kMiB}, 1, PAGE_READ_ONLY, static_cast<enum page_cache>(2)),
		std::runtime_error);
	EXPECT_THROW((void)page_table_map(Page(0), {kMiB + 1}, 1, PAGE_READ_ONLY, PAGE_CACHED), std::runtime_error);
	EXPECT_THROW(
		(void)page_table_map({Page(0).value + 1}, {kMiB}, 1, PAGE_READ_ONLY, PAGE_CACHED), std::runtime_error);
	EXPECT_THROW((void)page_table_map_any(Page(5), 0, PAGE_READ_ONLY), std::runtime_error);
	EXPECT_THROW((void)page_table_map_any(Page(1), 1, PAGE_READ_ONLY), std::runtime_error) << "mapped already";
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
	ASSERT_EQ(page_table_map_any(Page(edge), 1, PAGE_READ_WRITE), STATUS_OK);
	const uint64_t tables = page_table_statistics().table_frames;
	ASSERT_EQ(page_table_map_any(Page(edge + 1), 2, PAGE_READ_WRITE), STATUS_OK);
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
	ASSERT_EQ(page_table_map_any(Page(first), kPerTable, PAGE_READ_WRITE), STATUS_OK);
	EXPECT_EQ(page_table_statistics().table_frames, 3u);
	page_table_unmap(Page(first), kPerTable);
}

TEST_F(PageTable, RunningOutOfFramesLeavesNoTrace)
{
	const size_t first = kPerTable - 2 - Page(0).value / kPage % kPerTable;
	for (uint64_t frames = 0; frames < 12; frames++) {
		Scarcity scarcity(frames);
		// Four pages across two tables: four frames, and tables on three levels, one of them twice.
		enum status status = page_table_map_any(Page(first), 4, PAGE_READ_WRITE);
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
		enum status status =
			page_table_map(Page(first), allocated_frames_start(&given), 4, PAGE_READ_ONLY, PAGE_CACHED);
		if (frames < 4) {
			EXPECT_EQ(status, STATUS_NO_MEMORY) << frames;
			EXPECT_EQ(Free(), frames) << "the frames stay the caller's";
		} else {
			ASSERT_EQ(status, STATUS_OK) << frames;
			frame_allocator_into_mapping(&given);
			page_table_unmap(Page(first), 4);
		}
	}
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
			enum status status = page_table_map_any(Page(first), count, permission);
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
				ASSERT_EQ(translation.permission, range.permission);
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
	ASSERT_EQ(page_table_map_any(cells.start, 1, PAGE_READ_WRITE), STATUS_OK);
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
