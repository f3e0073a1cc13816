// For the tests of mapped_pages: a machine of 8 MiB, and a look at all that memory can leak.
#pragma once

#include "cells/memory/mapped_pages/mapped_pages.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "tests/memory/scarcity.h"

using ariadne_test::Scarcity;

constexpr uint64_t kMiB = 1024 * 1024;
constexpr size_t kPage = PAGE_SIZE_BYTES;

// All that memory can leak.
struct Ledger {
	uint64_t frames, claims, general, cells, mapped, tables, large;

	static Ledger Now()
	{
		return {frame_allocator_statistics().free_frames, frame_allocator_statistics().claimed_frames,
			page_allocator_statistics(PAGE_REGION_GENERAL).free_pages,
			page_allocator_statistics(PAGE_REGION_CELLS).free_pages, page_table_statistics().mapped_pages,
			page_table_statistics().table_frames, page_table_statistics().large_pages};
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
