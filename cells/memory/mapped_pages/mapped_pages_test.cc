#include "cells/memory/mapped_pages/mapped_pages.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace
{

constexpr uint64_t kMiB = 1024 * 1024;
constexpr size_t kPage = PAGE_SIZE_BYTES;

// All that memory can leak.
struct Ledger {
	uint64_t frames, claims, general, cells, mapped, tables;

	static Ledger Now()
	{
		return {frame_allocator_statistics().free_frames, frame_allocator_statistics().claimed_frames,
			page_allocator_statistics(PAGE_REGION_GENERAL).free_pages,
			page_allocator_statistics(PAGE_REGION_CELLS).free_pages, page_table_statistics().mapped_pages,
			page_table_statistics().table_frames};
	}

	bool operator==(const Ledger &) const = default;
};

// A machine of 8 MiB, started once; every test must leave the ledger as it found it.
class MappedPages : public ::testing::Test
{
      protected:
	void SetUp() override
	{
		static const enum status started = [] {
			static const struct frame_region usable = {{kMiB}, 8 * kMiB};
			static const struct frame_region reserved = {{5 * kMiB}, kMiB};
			return mapped_pages_start({&usable, 1}, {&reserved, 1});
		}();
		ASSERT_EQ(started, STATUS_OK);
		before_ = Ledger::Now();
	}

	void TearDown() override
	{
		EXPECT_EQ(Ledger::Now(), before_) << "something leaked";
	}

	// Leaves exactly `count` frames free while it lives.
	class Scarcity
	{
	      public:
		explicit Scarcity(uint64_t count)
		{
			while (frame_allocator_statistics().free_frames > count) {
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
		std::deque<struct allocated_frames> taken_;
	};

	static bool AllZero(struct bytes view)
	{
		for (size_t i = 0; i < view.size_bytes; i++) {
			if (view.data[i])
				return false;
		}
		return true;
	}

      private:
	Ledger before_ = {};
};

using MappedPagesDeathTest = MappedPages;

TEST_F(MappedPages, AllocatedMemoryIsZeroAndItsOwn)
{
	for (int round = 0; round < 2; round++) {
		OWN(mapped_pages_mut, first);
		OWN(mapped_pages_mut, second);
		ASSERT_EQ(mapped_pages_mut_allocate(&first, 3 * kPage + 1, PAGE_REGION_GENERAL), STATUS_OK);
		ASSERT_EQ(mapped_pages_mut_allocate(&second, 5, PAGE_REGION_CELLS), STATUS_OK);
		struct bytes_mut view = mapped_pages_mut_bytes(&first);
		EXPECT_EQ(view.size_bytes, 3 * kPage + 1);
		EXPECT_EQ(reinterpret_cast<uintptr_t>(view.data) % kPage, 0u);
		EXPECT_EQ(reinterpret_cast<uintptr_t>(view.data), mapped_pages_mut_start_address(&first));
		EXPECT_TRUE(AllZero(bytes_of_mut(view))) << "round " << round;
		bytes_fill(view, 0xff);
		EXPECT_TRUE(AllZero(bytes_of_mut(mapped_pages_mut_bytes(&second))));
	}
}

TEST_F(MappedPages, ImpossibleSizesAreRefused)
{
	OWN(mapped_pages_mut, pages);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, 0, PAGE_REGION_GENERAL), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, SIZE_MAX, PAGE_REGION_GENERAL), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, SIZE_MAX / 2, PAGE_REGION_GENERAL), STATUS_NO_MEMORY);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, 1, PAGE_REGION_COUNT_), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(mapped_pages_mut_allocate(&pages, 64 * kMiB, PAGE_REGION_GENERAL), STATUS_NO_MEMORY);
}

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

TEST_F(MappedPagesDeathTest, PermissionsFollowTheType)
{
	OWN(mapped_pages_mut, writable);
	ASSERT_EQ(mapped_pages_mut_allocate(&writable, kPage, PAGE_REGION_CELLS), STATUS_OK);
	volatile unsigned char *byte = mapped_pages_mut_bytes(&writable).data + 16;
	*byte = 0xc3; // ret
	auto *function = reinterpret_cast<void (*)()>(mapped_pages_mut_start_address(&writable) + 16);
	EXPECT_DEATH(function(), "");

	OWN(mapped_pages, readable);
	mapped_pages_mut_freeze(&writable, &readable);
	EXPECT_EQ(bytes_at(mapped_pages_bytes(&readable), 16), 0xc3);
	EXPECT_EQ(mapped_pages_start_address(&readable) + 16, reinterpret_cast<uintptr_t>(byte));
	EXPECT_DEATH(*byte = 1, "");
	EXPECT_DEATH(function(), "");

	mapped_pages_thaw(&readable, &writable);
	*byte = 0xc3;
	OWN(mapped_pages_exec, executable);
	mapped_pages_mut_make_executable(&writable, &executable);
	function();
	EXPECT_EQ(bytes_at(mapped_pages_exec_bytes(&executable), 16), 0xc3);
	EXPECT_EQ(mapped_pages_exec_start_address(&executable) + 16, reinterpret_cast<uintptr_t>(byte));
	EXPECT_DEATH(*byte = 1, "");

	mapped_pages_exec_make_mutable(&executable, &writable);
	*byte = 1;
	EXPECT_DEATH(function(), "");
	mapped_pages_mut_drop(&writable);
	EXPECT_DEATH(*byte = 1, "");
}

TEST_F(MappedPages, ReservedMemoryIsMappedOnceAndKeepsItsContent)
{
	auto *module = static_cast<char *>(page_table_host_physical({5 * kMiB}, kMiB));
	strcpy(module + 100, "archive");
	OWN(mapped_pages, archive);
	ASSERT_EQ(mapped_pages_map_physical(&archive, {5 * kMiB + 100}, kMiB - 100), STATUS_OK);
	EXPECT_STREQ(reinterpret_cast<const char *>(mapped_pages_bytes(&archive).data), "archive");
	EXPECT_EQ(mapped_pages_bytes(&archive).size_bytes, kMiB - 100);
	EXPECT_EQ(mapped_pages_start_address(&archive) % kPage, 100u);

	OWN(mapped_pages, again);
	EXPECT_EQ(mapped_pages_map_physical(&again, {6 * kMiB - 1}, 1), STATUS_BUSY) << "the same frame";
	EXPECT_EQ(mapped_pages_map_physical(&again, {4 * kMiB}, 1), STATUS_REFUSED) << "usable memory";
	EXPECT_EQ(mapped_pages_map_physical(&again, {1ull << 30}, 0), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(mapped_pages_map_physical(&again, {1}, SIZE_MAX), STATUS_OUT_OF_RANGE);
	mapped_pages_drop(&archive);
	EXPECT_EQ(mapped_pages_map_physical(&again, {6 * kMiB - 1}, 1), STATUS_OK);
}

TEST_F(MappedPages, DeviceRegistersAreUncached)
{
	OWN(mapped_pages_mut, registers);
	ASSERT_EQ(mapped_pages_mut_map_physical(&registers, {0xfee00ff0}, 32, PAGE_UNCACHED), STATUS_OK);
	struct page_translation translation;
	for (size_t offset : {0, 31}) {
		ASSERT_EQ(page_table_lookup({mapped_pages_mut_start_address(&registers) + offset}, &translation),
			STATUS_OK);
		EXPECT_EQ(translation.cache, PAGE_UNCACHED);
	}
	EXPECT_EQ(translation.physical.value, 0xfee01000u);
}

TEST_F(MappedPages, ExactlyThesePagesToExactlyTheseFrames)
{
	OWN(allocated_pages, pages);
	OWN(allocated_frames, frames);
	OWN(mapped_pages_mut, mapped);
	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 4, 0}), STATUS_OK);
	ASSERT_EQ(frame_allocator_allocate(&frames, {3, 0, {}, {}}), STATUS_OK);
	EXPECT_EQ(mapped_pages_mut_map(&mapped, &pages, &frames), STATUS_BAD_ARGUMENT) << "not as many";
	EXPECT_TRUE(allocated_pages_is_empty(&pages));
	EXPECT_TRUE(allocated_frames_is_empty(&frames));

	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_GENERAL, 512, 512}), STATUS_OK);
	ASSERT_EQ(frame_allocator_allocate(&frames, {512, 512, {}, {}}), STATUS_OK);
	uint64_t page = allocated_pages_start(&pages).value;
	uint64_t frame = allocated_frames_start(&frames).value;
	ASSERT_EQ(mapped_pages_mut_map(&mapped, &pages, &frames), STATUS_OK);
	EXPECT_EQ(mapped_pages_mut_start_address(&mapped), page);
	EXPECT_EQ(mapped_pages_mut_bytes(&mapped).size_bytes, 512 * kPage);
	struct page_translation translation;
	ASSERT_EQ(page_table_lookup({page + 511 * kPage}, &translation), STATUS_OK);
	EXPECT_EQ(translation.physical.value, frame + 511 * kPage);
	mapped_pages_mut_drop(&mapped);

	ASSERT_EQ(page_allocator_allocate(&pages, {PAGE_REGION_CELLS, 1, 0}), STATUS_OK);
	ASSERT_EQ(frame_allocator_allocate(&frames, {}), STATUS_OK);
	Scarcity scarcity(0);
	EXPECT_EQ(mapped_pages_mut_map(&mapped, &pages, &frames), STATUS_NO_MEMORY) << "no frame for a table";
}

TEST_F(MappedPages, PlacesAreCheckedForBoundsAndAlignment)
{
	struct pair {
		uint64_t a, b;
	};
	OWN(mapped_pages_mut, pages);
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 100, PAGE_REGION_GENERAL), STATUS_OK);
	auto at = [&](size_t offset, size_t size, size_t alignment) {
		return mapped_pages_mut_at(&pages, offset, size, alignment);
	};
	static_cast<struct pair *>(at(8, sizeof(pair), alignof(pair)))->b = 7;
	EXPECT_EQ(mapped_pages_mut_bytes(&pages).data[16], 7);
	EXPECT_NO_THROW(at(100, 0, 1));
	EXPECT_THROW(at(4, sizeof(pair), alignof(pair)), std::runtime_error) << "misaligned";
	EXPECT_THROW(at(88, sizeof(pair), alignof(pair)), std::runtime_error) << "beyond the end";
	EXPECT_THROW(at(101, 0, 1), std::runtime_error);
	EXPECT_THROW(at(SIZE_MAX, 8, 1), std::runtime_error);
	EXPECT_THROW(at(8, SIZE_MAX, 1), std::runtime_error);

	OWN(mapped_pages, frozen);
	mapped_pages_mut_freeze(&pages, &frozen);
	EXPECT_EQ(static_cast<const struct pair *>(mapped_pages_at(&frozen, 8, sizeof(pair), 8))->b, 7u);
	EXPECT_THROW(mapped_pages_at(&frozen, 99, 2, 1), std::runtime_error);
	mapped_pages_thaw(&frozen, &pages);
	OWN(mapped_pages_exec, executable);
	mapped_pages_mut_make_executable(&pages, &executable);
	EXPECT_EQ(*static_cast<const unsigned char *>(mapped_pages_exec_at(&executable, 16, 1, 1)), 7);
	EXPECT_THROW(mapped_pages_exec_at(&executable, 99, 2, 1), std::runtime_error);
}

TEST_F(MappedPages, SplitsAndMerges)
{
	OWN(mapped_pages_mut, first);
	OWN(mapped_pages_mut, second);
	ASSERT_EQ(mapped_pages_mut_allocate(&first, 4 * kPage + 10, PAGE_REGION_GENERAL), STATUS_OK);
	const uintptr_t start = mapped_pages_mut_start_address(&first);
	EXPECT_THROW(mapped_pages_mut_split(&first, 0, &second), std::runtime_error);
	EXPECT_THROW(mapped_pages_mut_split(&first, 5, &second), std::runtime_error);
	mapped_pages_mut_split(&first, 2, &second);
	EXPECT_EQ(mapped_pages_mut_bytes(&first).size_bytes, 2 * kPage);
	EXPECT_EQ(mapped_pages_mut_bytes(&second).size_bytes, 2 * kPage + 10);
	EXPECT_EQ(mapped_pages_mut_start_address(&second), start + 2 * kPage);
	EXPECT_THROW(mapped_pages_mut_merge(&second, &first), std::runtime_error) << "the wrong way round";
	mapped_pages_mut_merge(&first, &second);
	EXPECT_EQ(mapped_pages_mut_bytes(&first).size_bytes, 4 * kPage + 10);
	EXPECT_TRUE(mapped_pages_mut_is_empty(&second));

	mapped_pages_mut_split(&first, 1, &second);
	mapped_pages_mut_drop(&first);
	mapped_pages_mut_bytes(&second).data[0] = 1; // the rest lives on
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
