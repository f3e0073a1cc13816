#include "cells/app/command_help/command_help.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cells/console/command_finder/command_finder.h"
#include "cells/console/console/console_capture.h"

namespace
{

struct command Make(const char *name, const char *usage, const char *summary, const char *details)
{
	struct command command = {};
	command.name = name;
	command.usage = usage;
	command.summary = summary;
	command.details = details;
	return command;
}

class CommandHelp : public ::testing::Test
{
      protected:
	CommandHelp()
	{
		command_finder_host_set({commands_, 2});
	}

	~CommandHelp() override
	{
		command_finder_host_set({nullptr, 0});
	}

	enum status Run(const std::vector<const char *> &words)
	{
		struct command_arguments arguments = {};
		for (const char *word : words)
			EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
		return command_help.run(&arguments);
	}

	const struct command cells_ = Make("cells", "cells [CELL]", "list the cells", nullptr);
	const struct command deps_ = Make("deps", "deps CELL", "show what it needs", "Each edge is one line.\n");
	const struct command *const commands_[2] = {&cells_, &deps_};
	ConsoleCapture console_;
};

TEST_F(CommandHelp, ListsEveryCommandWithUsageAndSummary)
{
	EXPECT_EQ(Run({}), STATUS_OK);
	std::string printed = console_.Take();
	EXPECT_EQ(printed.find("  cells [CELL]               list the cells\n"), 0u) << printed;
	EXPECT_NE(printed.find("\n  deps CELL                  show what it needs\n"), std::string::npos) << printed;
}

TEST_F(CommandHelp, ExplainsOneCommand)
{
	EXPECT_EQ(Run({"deps"}), STATUS_OK);
	EXPECT_EQ(console_.Take(), "usage: deps CELL\nshow what it needs\nEach edge is one line.\n");
	EXPECT_EQ(Run({"cells"}), STATUS_OK);
	EXPECT_EQ(console_.Take(), "usage: cells [CELL]\nlist the cells\n");
}

TEST_F(CommandHelp, SaysWhatIsNotThere)
{
	EXPECT_EQ(Run({"frobnicate"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console_.Take(), "help: there is no command frobnicate\n");
}

TEST_F(CommandHelp, OffersTheNamesOfCommandsForItsOneArgument)
{
	std::vector<std::string> offered;
	struct command_offers offers = {[](void *context, struct text candidate) {
						static_cast<std::vector<std::string> *>(context)->emplace_back(
							candidate.start, candidate.length);
					},
		&offered};
	struct command_arguments before = {};
	command_help.complete(&before, TEXT(""), &offers);
	EXPECT_EQ(offered, (std::vector<std::string>{"cells", "deps"}));
	ASSERT_EQ(command_arguments_add(&before, TEXT("deps")), STATUS_OK);
	command_help.complete(&before, TEXT(""), &offers);
	EXPECT_EQ(offered.size(), 2u);
}

} // namespace
