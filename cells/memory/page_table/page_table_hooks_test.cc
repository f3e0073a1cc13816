// What processors are told, and when; what is asked for when memory runs out.
#include "cells/memory/page_table/page_table_machine.h"

#include <ostream>

#include "cells/hal/processor/processor.h"

namespace
{

TEST_F(PageTable, FramesComeBackOnlyAfterEveryProcessorForgotThem)
{
	struct Seen {
		std::vector<uint64_t> free;
	} seen;
	for (size_t count : {size_t{1}, size_t{3}, kPerTable}) {
		const size_t first = LargeIndex();
		ASSERT_EQ(page_table_map_any(Page(first), count, kReadWrite), STATUS_OK);
		const uint64_t free = Free();
		seen = {};
		page_table_host_watch(
			[](void *context) {
				auto *seen = static_cast<Seen *>(context);
				seen->free.push_back(Free());
			},
			&seen);
		page_table_unmap(Page(first), count);
		page_table_host_watch(nullptr, nullptr);
		// Once for the pages, while none of their frames is free, and once for each table that became empty,
		// while no table's is. (The frames of a range come back in runs, which may end behind its tables.)
		const size_t tables = count == kPerTable ? 2 : 3;
		const size_t before_tables = count == 1 ? 1 : 0;
		ASSERT_EQ(seen.free.size(), 1 + tables) << count;
		EXPECT_EQ(seen.free[0], free) << count;
		for (size_t i = 0; i < tables; i++)
			EXPECT_EQ(seen.free[1 + i], free + before_tables) << count;
		EXPECT_EQ(Free(), free + count + tables);
	}
}

// What the other processors were told, and how many frames were free then.
struct Call {
	uint64_t address;
	size_t count;
	uint64_t free;
	bool interrupts;
	bool operator==(const Call &) const = default;
};
std::vector<Call> calls;

std::ostream &operator<<(std::ostream &out, const Call &call)
{
	return out << call.count << " pages at " << std::hex << call.address << std::dec << ", " << call.free
		   << " free, interrupts " << call.interrupts;
}

class PageTableShootdown : public PageTable
{
      protected:
	void SetUp() override
	{
		PageTable::SetUp();
		processor_enable_interrupts();
		calls.clear();
		page_table_set_shootdown(
			[](uint64_t address, size_t count) {
				calls.push_back({address, count, Free(), processor_interrupts_enabled()});
			},
			"test");
	}
	void TearDown() override
	{
		page_table_set_shootdown(nullptr, "");
		PageTable::TearDown();
	}
};

TEST_F(PageTableShootdown, OthersAreToldOfEveryChangeBeforeFramesComeBack)
{
	ASSERT_EQ(page_table_map_any(Page(0), 1, kReadWrite), STATUS_OK);
	ASSERT_EQ(page_table_map_any(Page(2), 5, kReadWrite), STATUS_OK);
	EXPECT_TRUE(calls.empty()) << "what was not mapped nobody knows";
	const uint64_t free = Free();

	page_table_unmap(Page(0), 1);
	EXPECT_EQ(calls, (std::vector<Call>{{Page(0).value, 1, free, false}}));
	EXPECT_EQ(Free(), free + 1);
	calls.clear();
	page_table_protect(Page(2), 5, PAGE_READ_ONLY);
	EXPECT_EQ(calls, (std::vector<Call>{{Page(2).value, 5, free + 1, false}}));
	calls.clear();
	page_table_protect(Page(2), 5, PAGE_READ_WRITE);
	ASSERT_EQ(calls.size(), 1u) << "neither before nor after can they be executed";
	calls.clear();
	// Nobody may have them writable and executable, not even two processors together.
	page_table_protect(Page(2), 5, PAGE_READ_EXECUTE);
	EXPECT_EQ(calls.size(), 2u);
	calls.clear();
	page_table_unmap(Page(2), 5);
	ASSERT_EQ(calls.size(), 2u) << "the pages, and all tables at once";
	EXPECT_EQ(calls[0], (Call{Page(2).value, 5, free + 1, false}));
	EXPECT_EQ(calls[1].count, 0u);
	EXPECT_LE(calls[1].free, free + 6);
	EXPECT_EQ(Free(), free + 6 + 3);
	EXPECT_TRUE(processor_interrupts_enabled());
}

TEST_F(PageTableShootdown, ALongRangeIsToldAsOne)
{
	// Over two tables, so two of them become empty, and what is above them.
	const size_t first = LargeIndex() + kPerTable - 100;
	ASSERT_EQ(page_table_map_any(Page(first), 200, kReadWrite), STATUS_OK);
	const uint64_t free = Free();
	const uint64_t tables = page_table_statistics().table_frames;
	EXPECT_GE(tables, 4u);
	page_table_unmap(Page(first), 200);
	ASSERT_EQ(calls.size(), 2u);
	EXPECT_EQ(calls[0], (Call{Page(first).value, 200, free, false}));
	EXPECT_EQ(calls[1].count, 0u);
	EXPECT_LE(calls[1].free, free + 200) << "no table has come back yet";
	EXPECT_EQ(Free(), free + 200 + tables);
}

// Memory that somebody keeps, and gives back when he is asked.
std::deque<struct allocated_frames> kept;

TEST_F(PageTable, WhoeverKeepsMemoryIsAskedBeforeItIsRefused)
{
	page_table_set_reclaimer(
		[] {
			for (struct allocated_frames &frames : kept)
				allocated_frames_drop(&frames);
			kept.clear();
		},
		"test");
	kept.emplace_back();
	const uint64_t count = Free() - 5; // without those of the tables
	ASSERT_EQ(frame_allocator_allocate(&kept[0], {10, 0, {}, {}}), STATUS_OK);
	ASSERT_EQ(page_table_map_any(Page(0), count, kReadWrite), STATUS_OK);
	EXPECT_TRUE(kept.empty());
	page_table_unmap(Page(0), count);

	// Asked once, and then it is refused, with nothing lost.
	EXPECT_EQ(page_table_map_any(Page(0), Free() + 1, kReadWrite), STATUS_NO_MEMORY);
	page_table_set_reclaimer(nullptr, "");
	EXPECT_EQ(page_table_map_any(Page(0), Free() + 1, kReadWrite), STATUS_NO_MEMORY);
}

} // namespace
