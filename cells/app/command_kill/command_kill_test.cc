#include "cells/app/command_kill/command_kill.h"

#include <gtest/gtest.h>

#include "cells/console/console/console_capture.h"

namespace
{

enum status Kill(const char *word)
{
	struct command_arguments arguments = {};
	EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
	return command_kill.run(&arguments);
}

TEST(CommandKill, SaysWhatIsNoTask)
{
	ConsoleCapture console;
	EXPECT_EQ(Kill("shell"), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(console.Take(), "kill: 'shell' is no number of a task; `ps` lists them\n");
	EXPECT_EQ(Kill("4711"), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "kill: there is no task 4711\n");
}

} // namespace
