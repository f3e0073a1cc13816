#include "cells/task/task_backtrace/task_backtrace.h"

#include <gtest/gtest.h>

#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/task/context_switch/context_switch.h"

namespace
{

TEST(TaskBacktrace, BeginsWhereTheTaskGaveWayAndGoesOnToItsCallers)
{
	struct frame_region memory = {{0x100000}, 64 << 20};
	ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	struct task_reference task = {};
	ASSERT_EQ(task_create(&task, TEXT("sleeper"), nullptr), STATUS_OK);
	struct backtrace trace = {};
	EXPECT_EQ(task_backtrace(&task, &trace), STATUS_BUSY) << "it never ran: there is no stack";

	// A frame as each function makes it, and below it the registers of a switch.
	alignas(16) uint64_t stack[32] = {};
	uint64_t *caller = &stack[24];
	caller[0] = 0;
	caller[1] = 0x2222;
	auto *saved = reinterpret_cast<struct context_switch_frame *>(&stack[8]);
	saved->rbp = (uint64_t)(uintptr_t)caller;
	saved->rip = 0x1111;
	task_of(&task)->thread.stack_pointer = (uint64_t)(uintptr_t)saved;
	ASSERT_EQ(task_backtrace(&task, &trace), STATUS_OK);
	ASSERT_GE(trace.count, 1u);
	EXPECT_EQ(trace.addresses[0], 0x1111u);
	ASSERT_GE(trace.count, 2u);
	EXPECT_EQ(trace.addresses[1], 0x2222u);
	task_of(&task)->thread.stack_pointer = 0;
	task_reference_drop(&task);
}

} // namespace
