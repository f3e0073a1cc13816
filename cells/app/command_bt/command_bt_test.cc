#include "cells/app/command_bt/command_bt.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/task/context_switch/context_switch.h"
#include "cells/task/task/task.h"

namespace
{

enum status Backtrace(const char *word)
{
	struct command_arguments arguments = {};
	EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
	return command_bt.run(&arguments);
}

TEST(CommandBt, SaysWhatIsNoTask)
{
	ConsoleCapture console;
	EXPECT_EQ(Backtrace("shell"), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(console.Take(), "bt: that is no number of a task; `ps` lists them\n");
	EXPECT_EQ(Backtrace("4711"), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "bt: there is no task 4711\n");
}

TEST(CommandBt, PrintsWhereATaskWaitsAndWhoCalledIt)
{
	static const struct frame_region usable = {{1 << 20}, 16 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {}), STATUS_OK);
	static struct task_reference task;
	ASSERT_EQ(task_create(&task, TEXT("sleeper"), nullptr), STATUS_OK);
	std::string number = std::to_string(task_of(&task)->number);
	ConsoleCapture console;
	EXPECT_EQ(Backtrace(number.c_str()), STATUS_BUSY) << "it never ran";
	EXPECT_EQ(console.Take(), "bt: task " + number + " runs at this moment\n");

	// A frame as each function makes it, and below it the registers of a switch.
	alignas(16) uint64_t stack[32] = {};
	stack[25] = 0x2222;
	auto *saved = reinterpret_cast<struct context_switch_frame *>(&stack[8]);
	saved->rbp = (uint64_t)(uintptr_t)&stack[24];
	saved->rip = 0x1111;
	task_of(&task)->thread.stack_pointer = (uint64_t)(uintptr_t)saved;
	EXPECT_EQ(Backtrace(number.c_str()), STATUS_OK);
	EXPECT_EQ(console.Take(), "#0 0x0000000000001111\n#1 0x0000000000002222\n");
	task_of(&task)->thread.stack_pointer = 0;
	task_reference_drop(&task);
}

} // namespace
