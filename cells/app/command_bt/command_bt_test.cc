#include "cells/app/command_bt/command_bt.h"

#include <gtest/gtest.h>

#include "cells/console/console/console_capture.h"

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

} // namespace
