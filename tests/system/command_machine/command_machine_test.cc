#include "tests/system/command_machine/command_machine.h"

#include <gtest/gtest.h>

namespace
{

// Everything else needs the machine; that nothing is tried by an unknown name does not.
TEST(CommandMachine, AnUnknownNameIsRefused)
{
	struct command_arguments arguments = {};
	ASSERT_EQ(command_arguments_add(&arguments, TEXT("nothing")), STATUS_OK);
	EXPECT_EQ(command_machine.run(&arguments), STATUS_NOT_FOUND);
}

} // namespace
