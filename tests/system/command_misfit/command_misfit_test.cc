#include "tests/system/command_misfit/command_misfit.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace
{

// If the two were alike, the test of the system that refuses it would show nothing.
TEST(CommandMisfit, ItsFieldsAreNotWhereThoseOfACommandAre)
{
	EXPECT_NE(offsetof(struct misfit, usage), offsetof(struct command, usage));
	EXPECT_NE(offsetof(struct misfit, run), offsetof(struct command, run));
}

TEST(CommandMisfit, ByItselfItWouldRun)
{
	struct command_arguments arguments = {};
	EXPECT_EQ(command_misfit.run(&arguments), STATUS_OK);
	arguments.count = 1;
	EXPECT_EQ(command_misfit.run(&arguments), STATUS_BAD_ARGUMENT);
}

} // namespace
