// The contract of the double; the target's way through the loader is tested in the booted system (tests/system).
#include "cells/console/command_finder/command_finder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

struct command Named(const char *name)
{
	struct command command = {};
	command.name = name;
	return command;
}

const struct command kCells = Named("cells"), kEcho = Named("echo");
const struct command *const kCommands[] = {&kCells, &kEcho};

TEST(CommandFinder, GivesTheCommandOfAName)
{
	command_finder_host_set({kCommands, 2});
	struct cell_reference cell = {};
	const struct command *command = nullptr;
	ASSERT_EQ(command_finder_find(TEXT("echo"), &cell, &command, nullptr), STATUS_OK);
	EXPECT_EQ(command, &kEcho);
	cell_reference_drop(&cell);
}

TEST(CommandFinder, SaysWhatIsNotThere)
{
	command_finder_host_set({kCommands, 2});
	struct cell_reference cell = {};
	const struct command *command = &kCells;
	struct diagnosis why = {};
	EXPECT_EQ(command_finder_find(TEXT("ech"), &cell, &command, &why), STATUS_NOT_FOUND);
	EXPECT_STREQ(why.message, "there is no command ech");
	EXPECT_EQ(command, &kCells);
}

TEST(CommandFinder, WalksAllCommandsInOrder)
{
	command_finder_host_set({kCommands, 2});
	std::vector<std::string> names;
	uint32_t cursor = 0;
	struct text name = {};
	while (command_finder_next(&cursor, &name) == STATUS_OK)
		names.emplace_back(name.start, name.length);
	EXPECT_EQ(names, (std::vector<std::string>{"cells", "echo"}));
	command_finder_host_set({nullptr, 0});
	cursor = 0;
	EXPECT_EQ(command_finder_next(&cursor, &name), STATUS_END);
}

} // namespace
