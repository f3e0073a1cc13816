#include "cells/app/command_poweroff/command_poweroff.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "cells/boot/kernel_command_line/kernel_command_line.h"
#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"

namespace
{

// The ports that were written to until the processor halted.
std::vector<uint16_t> PowerOff()
{
	std::vector<uint16_t> ports;
	port_io_host_connect(&ports, nullptr, [](void *context, uint16_t port, unsigned, uint32_t) {
		static_cast<std::vector<uint16_t> *>(context)->push_back(port);
	});
	struct command_arguments none = {};
	EXPECT_THROW((void)command_poweroff.run(&none), std::runtime_error);
	port_io_host_connect(nullptr, nullptr, nullptr);
	return ports;
}

// In this order: a script, once set, stays.
TEST(CommandPoweroff, SwitchesTheMachineOffForSomeoneAtATerminal)
{
	EXPECT_EQ(PowerOff(), (std::vector<uint16_t>{0x604, 0xB004, 0xF4}));
}

TEST(CommandPoweroff, EndsTheEmulatorWithAStatusForAScript)
{
	ASSERT_EQ(kernel_command_line_set_exec_script(TEXT("poweroff")), STATUS_OK);
	EXPECT_EQ(PowerOff(), std::vector<uint16_t>{0xF4});
}

} // namespace
