#include "tests/system/command_unwind/command_unwind.h"

#include <gtest/gtest.h>

namespace
{

TEST(CommandUnwind, AnUnknownWayIsRefused)
{
	struct command_arguments arguments = {};
	ASSERT_EQ(command_arguments_add(&arguments, TEXT("gently")), STATUS_OK);
	EXPECT_EQ(command_unwind.run(&arguments), STATUS_NOT_FOUND);
}

} // namespace
