#include "tests/system/command_crash/command_crash.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace
{

enum status crash(const char *way)
{
	struct command_arguments arguments = {};
	EXPECT_EQ(command_arguments_add(&arguments, text_from(way)), STATUS_OK);
	return command_crash.run(&arguments);
}

TEST(CommandCrash, PanicsOnRequest)
{
	EXPECT_THROW((void)!crash("panic"), std::runtime_error);
}

TEST(CommandCrash, AnUnknownWayIsRefused)
{
	EXPECT_EQ(crash("gently"), STATUS_NOT_FOUND);
}

} // namespace
