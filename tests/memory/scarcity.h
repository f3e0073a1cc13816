// For tests of what runs out of memory.
#pragma once

#include <gtest/gtest.h>

#include <deque>

#include "cells/memory/frame_allocator/frame_allocator.h"

namespace ariadne_test
{

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
	std::deque<struct allocated_frames> taken_; // never moves its elements
};

} // namespace ariadne_test
