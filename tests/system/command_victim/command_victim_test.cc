#include "tests/system/command_victim/command_victim.h"

#include <gtest/gtest.h>

namespace
{

TEST(CommandVictim, AnUnknownNameIsRefused)
{
	struct command_arguments arguments = {};
	ASSERT_EQ(command_arguments_add(&arguments, TEXT("gently")), STATUS_OK);
	EXPECT_EQ(command_victim.run(&arguments), STATUS_NOT_FOUND);
}

} // namespace
