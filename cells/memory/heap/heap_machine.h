// For the tests of the heap: a machine of 4 MiB.
#pragma once

#include "cells/memory/heap/heap.h"

#include <gtest/gtest.h>

#include <cstring>

#include "cells/memory/mapped_pages/mapped_pages.h"

constexpr uint64_t kMiB = 1024 * 1024;
constexpr size_t kPage = PAGE_SIZE_BYTES;

struct Ledger {
	uint64_t frames, pages, mapped;

	static Ledger Now()
	{
		return {frame_allocator_statistics().free_frames,
			page_allocator_statistics(PAGE_REGION_GENERAL).free_pages,
			page_table_statistics().mapped_pages};
	}

	bool operator==(const Ledger &) const = default;
};

// A machine of 4 MiB, started once; every test must leave nothing once the heap is trimmed.
class Heap : public ::testing::Test
{
      protected:
	void SetUp() override
	{
		static const enum status started = [] {
			static const struct frame_region usable = {{kMiB}, 4 * kMiB};
			return mapped_pages_start({&usable, 1}, {});
		}();
		ASSERT_EQ(started, STATUS_OK);
		before_ = Ledger::Now();
	}

	void TearDown() override
	{
		EXPECT_EQ(heap_statistics().objects, 0u);
		EXPECT_EQ(heap_statistics().object_bytes, 0u);
		heap_trim();
		EXPECT_EQ(heap_statistics().mapped_bytes, 0u);
		EXPECT_EQ(heap_statistics().cached_pages, 0u);
		EXPECT_EQ(Ledger::Now(), before_) << "something leaked";
	}

	// A copy of a handle, as only a bug can make it.
	static void Steal(struct heap_object *copy, const struct heap_object &from)
	{
		memcpy(static_cast<void *>(copy), &from, sizeof from);
	}

      private:
	Ledger before_ = {};
};
