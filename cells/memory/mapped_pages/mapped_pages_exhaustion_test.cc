// Running out of memory, and lives in any order.
#include "cells/memory/mapped_pages/mapped_pages_machine.h"

#include <cstring>
#include <memory>
#include <random>

namespace
{

TEST_F(MappedPages, RunningOutGivesEverythingBack)
{
	for (uint64_t frames = 0; frames <= 8; frames++) {
		Scarcity scarcity(frames);
		const Ledger before = Ledger::Now();
		OWN(mapped_pages_mut, pages);
		enum status status = mapped_pages_mut_allocate(&pages, 5 * kPage, PAGE_REGION_CELLS);
		if (status == STATUS_OK) {
			EXPECT_GE(frames, 5u);
			continue;
		}
		EXPECT_EQ(status, STATUS_NO_MEMORY);
		EXPECT_EQ(Ledger::Now(), before) << frames << " frames";
	}
	OWN(mapped_pages, table);
	{
		// The general region's tables are there already, so only the claim and the pages are at stake.
		Scarcity scarcity(0);
		EXPECT_EQ(mapped_pages_map_physical(&table, {5 * kMiB}, 2 * kMiB), STATUS_REFUSED);
	}
}

// Whatever allocation fails, the first, the second or any other: an error, and everything as before.
TEST_F(MappedPages, EveryAllocationMayFailAndLeavesNoTrace)
{
	struct Operation {
		const char *name;
		enum status (*run)(void); // cleans up after itself
		uint64_t failures;        // so many allocations that can fail at least
	};
	static const Operation operations[] = {
		{"one page",
			[] {
				OWN(mapped_pages_mut, pages);
				return mapped_pages_mut_allocate(&pages, 1, PAGE_REGION_GENERAL);
			},
			1},
		{"pages of cells",
			[] {
				OWN(mapped_pages_mut, pages);
				return mapped_pages_mut_allocate(&pages, 20 * kPage, PAGE_REGION_CELLS);
			},
			20 + 3},
		{"more than a large page",
			[] {
				OWN(mapped_pages_mut, pages);
				return mapped_pages_mut_allocate(&pages, 2 * kMiB + 1, PAGE_REGION_GENERAL);
			},
			513},
		{"registers",
			[] {
				OWN(mapped_pages_mut, pages);
				return mapped_pages_mut_map_physical(&pages, {0xfee00000}, 0x1001, PAGE_UNCACHED);
			},
			0}, // the tables are there already
		{"a module",
			[] {
				OWN(mapped_pages, pages);
				return mapped_pages_map_physical(&pages, {5 * kMiB + 5}, kMiB / 2);
			},
			0}, // the tables are there already
		{"pages to frames",
			[] {
				OWN(allocated_pages, pages);
				OWN(allocated_frames, frames);
				OWN(mapped_pages_exec, mapped);
				TRY(page_allocator_allocate(&pages, {PAGE_REGION_CELLS, 3, 0, {}, {}}));
				TRY(frame_allocator_allocate(&frames, {3, 0, {}, {}}));
				return mapped_pages_exec_map(&mapped, &pages, &frames);
			},
			3 + 3},
		{"a cut in a large page",
			[] {
				OWN(mapped_pages_mut, pages);
				OWN(mapped_pages_mut, rest);
				TRY(mapped_pages_mut_allocate(&pages, 2 * kMiB, PAGE_REGION_GENERAL));
				return mapped_pages_mut_split(&pages, 100, &rest);
			},
			513},
	};
	for (const Operation &operation : operations) {
		uint64_t frames = 0;
		for (enum status status = STATUS_NO_MEMORY; status; frames++) {
			Scarcity scarcity(frames);
			const Ledger before = Ledger::Now();
			status = operation.run();
			ASSERT_EQ(Ledger::Now(), before) << operation.name << " with " << frames << " frames";
			if (status) {
				ASSERT_EQ(status, STATUS_NO_MEMORY) << operation.name << " with " << frames;
			}
		}
		EXPECT_GT(frames, operation.failures) << operation.name;
	}
}

TEST_F(MappedPages, RunningOutOfPagesLeavesNoTrace)
{
	for (enum page_region region : {PAGE_REGION_GENERAL, PAGE_REGION_CELLS}) {
		// All pages but seven.
		std::deque<struct allocated_pages> taken;
		for (size_t count = size_t{1} << 28; count > 0; count /= 2) {
			for (;;) {
				if (page_allocator_statistics(region).free_pages < count + 7)
					break;
				taken.emplace_back();
				if (page_allocator_allocate(&taken.back(), {region, count, 0, {}, {}}))
					break;
			}
		}
		ASSERT_EQ(page_allocator_statistics(region).free_pages, 7u);
		const Ledger before = Ledger::Now();
		OWN(mapped_pages_mut, pages);
		EXPECT_EQ(mapped_pages_mut_allocate(&pages, 8 * kPage, region), STATUS_NO_MEMORY);
		EXPECT_EQ(Ledger::Now(), before);
		if (region == PAGE_REGION_GENERAL) {
			EXPECT_EQ(mapped_pages_mut_map_physical(&pages, {0xfee00000}, 8 * kPage, PAGE_UNCACHED),
				STATUS_NO_MEMORY);
			EXPECT_EQ(Ledger::Now(), before) << "nor does the claim stay";
		}
		for (auto &some : taken)
			allocated_pages_release(&some);
	}
}

TEST_F(MappedPages, RandomLivesLeaveNothingBehind)
{
	std::mt19937 random(5);
	struct Life {
		struct mapped_pages_mut writable;
		struct mapped_pages readable;
		struct mapped_pages_exec executable;
		unsigned char mark;
	};
	constexpr size_t kLives = 40;
	auto lives = std::make_unique<Life[]>(kLives);
	for (int step = 0; step < 4000; step++) {
		Life &life = lives[random() % kLives];
		if (!mapped_pages_mut_is_empty(&life.writable)) {
			struct bytes view = bytes_of_mut(mapped_pages_mut_bytes(&life.writable));
			ASSERT_EQ(bytes_at(view, view.size_bytes - 1), life.mark);
			switch (random() % 3) {
			case 0:
				mapped_pages_mut_freeze(&life.writable, &life.readable);
				break;
			case 1:
				mapped_pages_mut_make_executable(&life.writable, &life.executable);
				break;
			default:
				mapped_pages_mut_drop(&life.writable);
			}
		} else if (!mapped_pages_is_empty(&life.readable)) {
			struct bytes view = mapped_pages_bytes(&life.readable);
			ASSERT_EQ(bytes_at(view, view.size_bytes - 1), life.mark);
			if (random() % 2)
				mapped_pages_thaw(&life.readable, &life.writable);
			else
				mapped_pages_drop(&life.readable);
		} else if (!mapped_pages_exec_is_empty(&life.executable)) {
			if (random() % 2)
				mapped_pages_exec_make_mutable(&life.executable, &life.writable);
			else
				mapped_pages_exec_drop(&life.executable);
		} else {
			size_t size = 1 + random() % (random() % 10 ? 3 * kPage : 60 * kPage);
			auto region = static_cast<enum page_region>(random() % PAGE_REGION_COUNT_);
			const Ledger before = Ledger::Now();
			if (mapped_pages_mut_allocate(&life.writable, size, region)) {
				ASSERT_EQ(Ledger::Now(), before);
				continue;
			}
			ASSERT_TRUE(AllZero(bytes_of_mut(mapped_pages_mut_bytes(&life.writable))));
			life.mark = static_cast<unsigned char>(random());
			bytes_fill(mapped_pages_mut_bytes(&life.writable), life.mark);
		}
	}
	for (size_t i = 0; i < kLives; i++) {
		Life &life = lives[i];
		mapped_pages_mut_release(&life.writable);
		mapped_pages_release(&life.readable);
		mapped_pages_exec_release(&life.executable);
	}
}

} // namespace
