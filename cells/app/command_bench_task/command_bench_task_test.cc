#include "cells/app/command_bench_task/command_bench_task.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/sync/thread/thread.h"

namespace
{

// The host has no scheduler: the first row is measured, and the second wants a task.
TEST(CommandBenchTask, MeasuresACallFirst)
{
	ConsoleCapture console;
	struct command_arguments none = {};
	thread_current()->name = "host";
	EXPECT_NE(command_bench_task.run(&none), STATUS_OK) << "there is no memory for a task";
	EXPECT_EQ(console.Take().find("BENCH call_null "), 0u);
	thread_current()->name = nullptr;
}

} // namespace
