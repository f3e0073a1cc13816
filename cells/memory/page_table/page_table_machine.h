// For the tests of page_table: a machine of 4 MiB.
#pragma once

#include "cells/memory/page_table/page_table.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "cells/memory/frame_allocator/frame_allocator.h"
#include "tests/memory/scarcity.h"

using ariadne_test::Scarcity;

constexpr uint64_t kMiB = 1024 * 1024;
constexpr uint64_t kPage = PAGE_SIZE_BYTES;
constexpr size_t kPerTable = 512;
constexpr struct page_attributes kReadOnly = {PAGE_READ_ONLY, PAGE_CACHED, PAGE_OWNER_NOBODY};
constexpr struct page_attributes kReadWrite = {PAGE_READ_WRITE, PAGE_CACHED, PAGE_OWNER_NOBODY};

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

	// From here on so many frames are free in the end.
	void Expect(uint64_t free_frames)
	{
		frames_before_ = free_frames;
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

      private:
	uint64_t frames_before_ = 0;
};

// The first page index from which a large page can begin.
inline size_t LargeIndex()
{
	return (kPerTable - page_table_general_region().start.value / kPage % kPerTable) % kPerTable;
}
