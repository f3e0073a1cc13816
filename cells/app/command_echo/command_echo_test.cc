#include "cells/app/command_echo/command_echo.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cells/console/console/console_capture.h"

namespace
{

std::string Echo(const std::vector<const char *> &words)
{
	ConsoleCapture console;
	struct command_arguments arguments = {};
	for (const char *word : words)
		EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
	EXPECT_EQ(command_check_arguments(&command_echo, &arguments, nullptr), STATUS_OK);
	EXPECT_EQ(command_echo.run(&arguments), STATUS_OK);
	return console.Take();
}

TEST(CommandEcho, PrintsItsWordsWithOneBlankBetween)
{
	EXPECT_EQ(Echo({}), "\n");
	EXPECT_EQ(Echo({"one"}), "one\n");
	EXPECT_EQ(Echo({"one", "", "a  b", "%s"}), "one  a  b %s\n");
}

TEST(CommandEcho, TakesAsManyWordsAsALineCanHave)
{
	std::vector<const char *> words(COMMAND_ARGUMENTS_CAPACITY, "x");
	EXPECT_EQ(Echo(words).size(), 2u * COMMAND_ARGUMENTS_CAPACITY);
}

} // namespace
