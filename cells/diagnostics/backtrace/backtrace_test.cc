#include "cells/diagnostics/backtrace/backtrace.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{

uintptr_t AddressOf(const uintptr_t &word)
{
	return reinterpret_cast<uintptr_t>(&word);
}

std::vector<uintptr_t> Walk(uintptr_t frame_pointer)
{
	struct backtrace trace;
	backtrace_walk(frame_pointer, &trace);
	return std::vector<uintptr_t>(trace.addresses, trace.addresses + trace.count);
}

TEST(Backtrace, FollowsTheFramesOutwards)
{
	uintptr_t stack[16] = {};
	stack[0] = AddressOf(stack[4]);
	stack[1] = 0x1111;
	stack[4] = AddressOf(stack[10]);
	stack[5] = 0x2222;
	stack[10] = 0;
	stack[11] = 0x3333;
	EXPECT_EQ(Walk(AddressOf(stack[0])), (std::vector<uintptr_t>{0x1111, 0x2222, 0x3333}));
}

TEST(Backtrace, TheOutermostFrameHasNoReturnAddress)
{
	uintptr_t stack[4] = {AddressOf(stack[2]), 0x1111, 0, 0};
	EXPECT_EQ(Walk(AddressOf(stack[0])), (std::vector<uintptr_t>{0x1111}));
}

TEST(Backtrace, WhatIsNoFrameHasNone)
{
	uintptr_t stack[4] = {};
	EXPECT_TRUE(Walk(0).empty());
	EXPECT_TRUE(Walk(AddressOf(stack[0]) + 4).empty());
}

TEST(Backtrace, StopsAtAFrameThatIsNotAboveTheOneBefore)
{
	uintptr_t stack[8] = {};
	stack[4] = AddressOf(stack[0]); // leads back down
	stack[5] = 0x1111;
	stack[0] = AddressOf(stack[4]);
	stack[1] = 0x2222;
	EXPECT_EQ(Walk(AddressOf(stack[4])), (std::vector<uintptr_t>{0x1111}));
	stack[4] = AddressOf(stack[4]); // leads to itself
	EXPECT_EQ(Walk(AddressOf(stack[4])), (std::vector<uintptr_t>{0x1111}));
}

TEST(Backtrace, StopsAtAFrameThatIsTooFarOrNotAligned)
{
	uintptr_t stack[8] = {};
	stack[1] = 0x1111;
	stack[0] = AddressOf(stack[0]) + BACKTRACE_STACK_BYTES_MAX;
	EXPECT_EQ(Walk(AddressOf(stack[0])).size(), 1u);
	stack[0] = ~uintptr_t{0} & ~uintptr_t{7};
	EXPECT_EQ(Walk(AddressOf(stack[0])).size(), 1u);
	stack[0] = AddressOf(stack[2]) + 1;
	EXPECT_EQ(Walk(AddressOf(stack[0])).size(), 1u);
}

TEST(Backtrace, ADeepStackIsCutOff)
{
	std::vector<uintptr_t> stack(4 * BACKTRACE_CAPACITY);
	for (size_t i = 0; i + 2 < stack.size(); i += 2) {
		stack[i] = AddressOf(stack[i + 2]);
		stack[i + 1] = 0x1000 + i;
	}
	std::vector<uintptr_t> trace = Walk(AddressOf(stack[0]));
	ASSERT_EQ(trace.size(), size_t{BACKTRACE_CAPACITY});
	EXPECT_EQ(trace.back(), 0x1000u + 2 * (BACKTRACE_CAPACITY - 1));
}

} // namespace
