// task_start does not return and needs a whole machine: //tests/system boots it. Here: that it is what nano_core calls.
#include "cells/task/task_start/task_start.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace
{

TEST(TaskStart, IsWhatNanoCoreCalls)
{
	static_assert(std::is_invocable_v<decltype(&task_start), struct text>);
	EXPECT_NE(reinterpret_cast<void *>(&task_start), nullptr);
}

} // namespace
