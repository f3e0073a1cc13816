#include "cells/app/command_cores/command_cores.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/console/console/console_capture.h"

namespace
{

TEST(CommandCores, ShowsTheOneThatRunsThis)
{
	ConsoleCapture capture;
	struct command_arguments arguments = {};
	ASSERT_EQ(command_check_arguments(&command_cores, &arguments, nullptr), STATUS_OK);
	EXPECT_EQ(command_cores.run(&arguments), STATUS_OK);
	std::string shown = capture.Take();
	EXPECT_NE(shown.find("running"), std::string::npos) << shown;
	EXPECT_NE(shown.find("1 of 1 cores run"), std::string::npos);
}

} // namespace
