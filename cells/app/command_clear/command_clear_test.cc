#include "cells/app/command_clear/command_clear.h"

#include <gtest/gtest.h>

#include <memory>

#include "cells/console/console/console_capture.h"
#include "cells/console/terminal_screen/terminal_screen.h"

namespace
{

TEST(CommandClear, EmptiesTheScreenAndGoesToItsTop)
{
	ConsoleCapture console;
	auto screen = std::make_unique<struct terminal_screen>();
	terminal_screen_start(screen.get(), 10, 3);
	terminal_screen_write(screen.get(), TEXT("some\nlines\nhere"));
	struct command_arguments none = {};
	ASSERT_EQ(command_clear.run(&none), STATUS_OK);
	std::string printed = console.Take();
	terminal_screen_write(screen.get(), {printed.data(), printed.size()});
	for (uint16_t row = 0; row < 3; row++) {
		for (uint16_t column = 0; column < 10; column++)
			EXPECT_EQ(terminal_screen_cell(screen.get(), {column, row}).character,
				static_cast<uint32_t>(' '));
	}
	EXPECT_EQ(screen->cursor.column, 0);
	EXPECT_EQ(screen->cursor.row, 0);
}

TEST(CommandClear, TakesNoArguments)
{
	struct command_arguments one = {};
	ASSERT_EQ(command_arguments_add(&one, TEXT("x")), STATUS_OK);
	EXPECT_EQ(command_check_arguments(&command_clear, &one, nullptr), STATUS_BAD_ARGUMENT);
}

} // namespace
