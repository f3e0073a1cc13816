#include "cells/memory/low_frame/low_frame.h"

#include <gtest/gtest.h>

#include <deque>

#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

class LowFrame : public testing::Test
{
      protected:
	void SetUp() override
	{
		static const enum status started = [] {
			static const struct frame_region memory[] = {{{0x1000}, 0x9E000}, {{0x100000}, 16 << 20}};
			return mapped_pages_start({memory, 2}, {});
		}();
		ASSERT_EQ(started, STATUS_OK);
	}

	// All that is left below 640 KiB, until the end of the test.
	void UseUpLowMemory()
	{
		while (!frame_allocator_allocate(&taken_.emplace_back(), {1, 0, {0}, {0xA0000}})) {
		}
		EXPECT_GT(taken_.size(), 1u);
	}
	void TearDown() override
	{
		for (auto &frame : taken_)
			allocated_frames_drop(&frame);
	}

      private:
	std::deque<struct allocated_frames> taken_;
};

TEST_F(LowFrame, IsKeptWhileOthersUseUpTheLowMemory)
{
	const uint64_t free = frame_allocator_statistics().free_frames;
	low_frame_keep();
	EXPECT_EQ(frame_allocator_statistics().free_frames, free - 1);
	low_frame_keep();
	EXPECT_EQ(frame_allocator_statistics().free_frames, free - 1) << "one is enough";
	UseUpLowMemory();
	OWN(allocated_frames, frame);
	ASSERT_EQ(low_frame_take(&frame), STATUS_OK);
	EXPECT_EQ(allocated_frames_count(&frame), 1u);
	EXPECT_GE(allocated_frames_start(&frame).value, 0x1000u);
	EXPECT_LT(allocated_frames_start(&frame).value, 0xA0000u);
	OWN(allocated_frames, another);
	EXPECT_EQ(low_frame_take(&another), STATUS_NO_MEMORY);
	low_frame_keep(); // finds none, and that is no failure
	EXPECT_EQ(low_frame_take(&another), STATUS_NO_MEMORY);
}

TEST_F(LowFrame, IsTakenFromTheFreeOnesIfNoneIsKept)
{
	const uint64_t free = frame_allocator_statistics().free_frames;
	{
		OWN(allocated_frames, frame);
		ASSERT_EQ(low_frame_take(&frame), STATUS_OK);
		EXPECT_LT(allocated_frames_start(&frame).value, 0xA0000u);
	}
	EXPECT_EQ(frame_allocator_statistics().free_frames, free);
}

} // namespace
