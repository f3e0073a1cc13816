#include "cells/memory/lent_pages/lent_pages.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace
{

constexpr uint64_t kMiB = 1024 * 1024;
constexpr size_t kPage = PAGE_SIZE_BYTES;

class LentPages : public ::testing::Test
{
      protected:
	void SetUp() override
	{
		static const enum status started = [] {
			static const struct frame_region usable = {{kMiB}, 8 * kMiB};
			return mapped_pages_start({&usable, 1}, {});
		}();
		ASSERT_EQ(started, STATUS_OK);
		free_ = frame_allocator_statistics().free_frames;
		ASSERT_EQ(mapped_pages_mut_allocate(&pages_, 2 * kPage + 5, PAGE_REGION_GENERAL), STATUS_OK);
	}

	void TearDown() override
	{
		mapped_pages_mut_release(&pages_);
		EXPECT_EQ(frame_allocator_statistics().free_frames, free_);
	}

	struct mapped_pages_mut pages_ = {};
	uint64_t free_ = 0;
};

TEST_F(LentPages, TheBorrowerSeesTheOwnersMemory)
{
	OWN(lent_pages_mut, loan);
	ASSERT_EQ(lent_pages_mut_from(&loan, &pages_), STATUS_OK);
	EXPECT_EQ(lent_pages_mut_bytes(&loan).size_bytes, 2 * kPage + 5);
	lent_pages_mut_bytes(&loan).data[kPage] = 0x42;
	EXPECT_EQ(mapped_pages_mut_bytes(&pages_).data[kPage], 0x42);
	EXPECT_EQ(lent_pages_mut_count(&pages_), 1u);
	lent_pages_mut_drop(&loan);
	EXPECT_EQ(lent_pages_mut_count(&pages_), 0u);
}

TEST_F(LentPages, LentMemoryIsNotUnmappedUntilTheLastLoanIsOver)
{
	OWN(lent_pages_mut, first);
	OWN(lent_pages_mut, second);
	ASSERT_EQ(lent_pages_mut_from(&first, &pages_), STATUS_OK);
	ASSERT_EQ(lent_pages_mut_from(&second, &pages_), STATUS_OK);
	EXPECT_EQ(lent_pages_mut_count(&pages_), 2u);
	OWN(mapped_pages, frozen);
	for (int borrowers = 2; borrowers > 0; borrowers--) {
		EXPECT_THROW(mapped_pages_mut_freeze(&pages_, &frozen), std::runtime_error);
		EXPECT_THROW(page_table_unmap({mapped_pages_mut_start_address(&pages_)}, 3), std::runtime_error);
		ASSERT_FALSE(mapped_pages_mut_is_empty(&pages_)) << "a panic, but before any damage";
		mapped_pages_mut_bytes(&pages_).data[0] = 1;
		lent_pages_mut_drop(borrowers == 2 ? &first : &second);
	}
	mapped_pages_mut_freeze(&pages_, &frozen);
	mapped_pages_drop(&frozen);
}

TEST_F(LentPages, WhatIsDroppedWhileItIsLentStaysUntilTheLastLoanIsOver)
{
	OWN(lent_pages_mut, first);
	OWN(lent_pages_mut, second);
	ASSERT_EQ(lent_pages_mut_from(&first, &pages_), STATUS_OK);
	ASSERT_EQ(lent_pages_mut_from(&second, &pages_), STATUS_OK);
	const struct virtual_address start = {mapped_pages_mut_start_address(&pages_)};
	const uint64_t free = frame_allocator_statistics().free_frames;
	mapped_pages_mut_drop(&pages_);
	EXPECT_EQ(frame_allocator_statistics().free_frames, free);
	lent_pages_mut_drop(&first);
	bytes_fill(lent_pages_mut_bytes(&second), 7);
	OWN(allocated_pages, thief);
	EXPECT_EQ(page_allocator_allocate_at(&thief, start, 1), STATUS_BUSY);
	lent_pages_mut_drop(&second);
	EXPECT_EQ(frame_allocator_statistics().free_frames, free_);
	struct page_translation translation;
	EXPECT_EQ(page_table_lookup(start, &translation), STATUS_NOT_FOUND);
}

TEST_F(LentPages, APartIsAsLentAsTheWhole)
{
	OWN(lent_pages_mut, loan);
	ASSERT_EQ(lent_pages_mut_from(&loan, &pages_), STATUS_OK);
	OWN(mapped_pages_mut, rest);
	ASSERT_EQ(mapped_pages_mut_split(&pages_, 1, &rest), STATUS_OK);
	mapped_pages_mut_drop(&rest);
	bytes_fill(lent_pages_mut_bytes(&loan), 1);
	lent_pages_mut_drop(&loan);
	struct page_translation translation;
	EXPECT_EQ(page_table_lookup({mapped_pages_mut_start_address(&pages_) + kPage}, &translation), STATUS_NOT_FOUND);
	mapped_pages_mut_bytes(&pages_).data[0] = 1; // the part that was kept
}

// What was joined after it was lent: the one part goes at once, the other with its loan.
TEST_F(LentPages, OnlyWhatIsLentStays)
{
	OWN(mapped_pages_mut, rest);
	ASSERT_EQ(mapped_pages_mut_split(&pages_, 1, &rest), STATUS_OK);
	OWN(lent_pages_mut, loan);
	ASSERT_EQ(lent_pages_mut_from(&loan, &rest), STATUS_OK);
	mapped_pages_mut_merge(&pages_, &rest);
	const uint64_t free = frame_allocator_statistics().free_frames;
	mapped_pages_mut_drop(&pages_);
	EXPECT_EQ(frame_allocator_statistics().free_frames, free + 1);
	bytes_fill(lent_pages_mut_bytes(&loan), 1);
}

TEST_F(LentPages, ConstantsAndCodeAreLentToBeRead)
{
	mapped_pages_mut_bytes(&pages_).data[7] = 9;
	OWN(mapped_pages, constants);
	mapped_pages_mut_freeze(&pages_, &constants);
	{
		OWN(lent_pages, loan);
		OWN(lent_pages, another);
		ASSERT_EQ(lent_pages_from(&loan, &constants), STATUS_OK);
		ASSERT_EQ(lent_pages_again(&another, &loan), STATUS_OK);
		EXPECT_EQ(lent_pages_count(&constants), 2u);
		lent_pages_drop(&loan);
		EXPECT_EQ(bytes_at(lent_pages_bytes(&another), 7), 9);
		OWN(mapped_pages_mut, writable);
		EXPECT_THROW(mapped_pages_thaw(&constants, &writable), std::runtime_error);
	}
	mapped_pages_thaw(&constants, &pages_);
	OWN(mapped_pages_exec, code);
	mapped_pages_mut_make_executable(&pages_, &code);
	OWN(lent_pages, loan);
	ASSERT_EQ(lent_pages_from_exec(&loan, &code), STATUS_OK);
	EXPECT_EQ(lent_pages_exec_count(&code), 1u);
	EXPECT_EQ(lent_pages_bytes(&loan).size_bytes, 2 * kPage + 5);
	EXPECT_THROW(mapped_pages_exec_make_mutable(&code, &pages_), std::runtime_error);
	lent_pages_drop(&loan);
	mapped_pages_exec_drop(&code);
}

TEST_F(LentPages, ThereAreOnlySoManyLoans)
{
	std::vector<struct lent_pages_mut> loans(PAGE_TABLE_LOANS_MAX + 1);
	for (int i = 0; i < PAGE_TABLE_LOANS_MAX; i++)
		ASSERT_EQ(lent_pages_mut_from(&loans[i], &pages_), STATUS_OK);
	EXPECT_EQ(lent_pages_mut_from(&loans.back(), &pages_), STATUS_BUSY);
	EXPECT_TRUE(lent_pages_mut_is_empty(&loans.back()));
	for (auto &loan : loans)
		lent_pages_mut_release(&loan);
}

} // namespace
