#include "tests/system/command_storm/command_storm.h"

#include <gtest/gtest.h>

namespace
{

TEST(CommandStorm, NumbersMustBeNumbers)
{
	struct command_arguments arguments = {};
	ASSERT_EQ(command_arguments_add(&arguments, TEXT("many")), STATUS_OK);
	EXPECT_EQ(command_storm.run(&arguments), STATUS_MALFORMED);
	arguments = {};
	ASSERT_EQ(command_arguments_add(&arguments, TEXT("1000")), STATUS_OK);
	EXPECT_EQ(command_storm.run(&arguments), STATUS_OUT_OF_RANGE);
	arguments = {};
	ASSERT_EQ(command_arguments_add(&arguments, TEXT("2")), STATUS_OK);
	ASSERT_EQ(command_arguments_add(&arguments, TEXT("0")), STATUS_OK);
	EXPECT_EQ(command_storm.run(&arguments), STATUS_OUT_OF_RANGE);
}

} // namespace
