#include "cells/app/command_reboot/command_reboot.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cells/console/console/console_capture.h"
#include "cells/hal/processor/processor.h"

namespace
{

TEST(CommandReboot, AsksTheChipsetForAReset)
{
	ConsoleCapture machine; // has no keyboard controller
	struct command_arguments none = {};
	EXPECT_THROW((void)command_reboot.run(&none), std::runtime_error); // the double of a halted processor
	EXPECT_EQ(machine.last_port(), 0xCF9);
	EXPECT_EQ(machine.last_value(), 0x06u);
}

TEST(CommandReboot, TakesNoArguments)
{
	EXPECT_EQ(command_reboot.most_arguments, 0u);
}

} // namespace
