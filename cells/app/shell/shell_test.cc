#include "cells/app/shell/shell.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "cells/boot/kernel_command_line/kernel_command_line.h"
#include "cells/console/command_finder/command_finder.h"
#include "cells/console/console/console_capture.h"
#include "cells/hal/processor/processor.h"

namespace
{

std::vector<std::string> *called; // what ran, each with its words
std::string *completed;           // what `deps` was last asked to complete

std::string Called(const char *name, const struct command_arguments *arguments)
{
	std::string call = name;
	for (size_t i = 0; i < arguments->count; i++) {
		struct text word = command_argument(arguments, i);
		call += "|" + std::string(word.start, word.length);
	}
	return call;
}

enum status RunCells(const struct command_arguments *arguments)
{
	called->push_back(Called("cells", arguments));
	console_print("cells ran\n");
	return STATUS_OK;
}

enum status RunDeps(const struct command_arguments *arguments)
{
	called->push_back(Called("deps", arguments));
	return text_equal(command_argument(arguments, 0), TEXT("nothing")) ? STATUS_NOT_FOUND : STATUS_OK;
}

enum status RunLoad(const struct command_arguments *arguments)
{
	called->push_back(Called("load", arguments));
	return STATUS_MALFORMED;
}

void CompleteDeps(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	if (before->count == 1) {
		command_offer(offers, TEXT("--all"));
		return;
	}
	completed->assign(prefix.start, prefix.length);
	command_offer(offers, TEXT("shell"));
	command_offer(offers, TEXT("heap"));
}

struct command Make(const char *name, const char *usage, size_t least, size_t most,
	enum status (*run)(const struct command_arguments *))
{
	struct command command = {};
	command.name = name;
	command.usage = usage;
	command.summary = "for the test";
	command.least_arguments = least;
	command.most_arguments = most;
	command.run = run;
	return command;
}

class Shell : public ::testing::Test
{
      protected:
	Shell()
	{
		called = &calls_;
		completed = &completed_;
		deps_.complete = CompleteDeps;
		command_finder_host_set({commands_, 3});
		EXPECT_EQ(kernel_command_line_set(TEXT("")), STATUS_OK);
	}

	~Shell() override
	{
		command_finder_host_set({nullptr, 0});
	}

	enum status Run(const std::string &script)
	{
		return shell_run({script.data(), script.size()});
	}

	// Types a line; gives what the terminal was sent after the prompt.
	std::string Type(const std::string &keys)
	{
		console_.Take();
		console_.Type(keys);
		last_ = shell_read_and_run();
		EXPECT_TRUE(console_.everything_was_read());
		std::string printed = console_.Take();
		EXPECT_EQ(printed.substr(0, 9), "ariadne> ");
		return printed.substr(9);
	}

	using Calls = std::vector<std::string>;
	Calls calls_;
	std::string completed_;
	struct command cells_ = Make("cells", "cells", 0, 0, RunCells);
	struct command deps_ = Make("deps", "deps CELL [OPTION]", 1, 2, RunDeps);
	struct command load_ = Make("load", "load CELL", 1, 1, RunLoad);
	const struct command *commands_[3] = {&cells_, &deps_, &load_};
	enum status last_ = STATUS_OK;
	ConsoleCapture console_;
};

TEST_F(Shell, RunsEachCommandWithItsWords)
{
	EXPECT_EQ(Run("cells; deps shell\ndeps 'a b' x"), STATUS_OK);
	EXPECT_EQ(calls_, (Calls{"cells", "deps|shell", "deps|a b|x"}));
	EXPECT_EQ(console_.Take(), "cells ran\n");
}

TEST_F(Shell, NothingToRunIsSuccess)
{
	EXPECT_EQ(Run(""), STATUS_OK);
	EXPECT_EQ(Run(" ;; # nothing"), STATUS_OK);
	EXPECT_EQ(console_.Take(), "");
}

TEST_F(Shell, TheLastFailureCountsAndNoneStopsTheRest)
{
	EXPECT_EQ(Run("load x; deps nothing; cells"), STATUS_NOT_FOUND);
	EXPECT_EQ(calls_, (Calls{"load|x", "deps|nothing", "cells"}));
	EXPECT_EQ(Run("deps nothing; load x; deps shell"), STATUS_MALFORMED);
}

TEST_F(Shell, AnUnknownCommandIsNamedWithWhatMayBeMeant)
{
	EXPECT_EQ(Run("cels; cells"), STATUS_NOT_FOUND);
	EXPECT_EQ(console_.Take(), "shell: there is no command cels\nnear: cells\ncells ran\n");
	EXPECT_EQ(Run("laod"), STATUS_NOT_FOUND);
	EXPECT_EQ(console_.Take(), "shell: there is no command laod\nnear: load\n");
	EXPECT_EQ(Run("de"), STATUS_NOT_FOUND);
	EXPECT_EQ(console_.Take(), "shell: there is no command de\nnear: deps\n");
	EXPECT_EQ(Run("frobnicate"), STATUS_NOT_FOUND);
	EXPECT_EQ(console_.Take(), "shell: there is no command frobnicate\n");
}

TEST_F(Shell, TheCountOfArgumentsIsCheckedBeforeTheCommandRuns)
{
	EXPECT_EQ(Run("deps"), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(console_.Take(), "deps: too few arguments; usage: deps CELL [OPTION]\n");
	EXPECT_EQ(Run("cells x"), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(console_.Take(), "cells: too many arguments; usage: cells\n");
	EXPECT_EQ(calls_, Calls{});
}

TEST_F(Shell, AMalformedLineIsSaidToBe)
{
	EXPECT_EQ(Run("cells; deps 'x"), STATUS_MALFORMED);
	EXPECT_EQ(console_.Take(), "cells ran\nshell: a ' is not closed\n");
}

TEST_F(Shell, ALineIsReadAndRun)
{
	EXPECT_EQ(Type("cells\r"), "cells\ncells ran\n");
	EXPECT_EQ(last_, STATUS_OK);
	Type("load x\r");
	EXPECT_EQ(last_, STATUS_MALFORMED);
	EXPECT_EQ(calls_, (Calls{"cells", "load|x"}));
}

TEST_F(Shell, TheHistoryHoldsWhatWasEnteredBefore)
{
	Type("deps one\r");
	Type("deps two\r");
	Type("\033[A\033[A\r");
	EXPECT_EQ(calls_, (Calls{"deps|one", "deps|two", "deps|one"}));
}

TEST_F(Shell, ALineThatWasGivenUpDoesNotRun)
{
	Type("cells\x03");
	EXPECT_EQ(last_, STATUS_OK);
	EXPECT_EQ(calls_, Calls{});
}

TEST_F(Shell, ControlDEnds)
{
	Type("\x04");
	EXPECT_EQ(last_, STATUS_END);
}

TEST_F(Shell, CommandsAreCompleted)
{
	Type("ce\t\r");
	EXPECT_EQ(calls_, Calls{"cells"});
	Type("cells;d\tshell\r");
	EXPECT_EQ(calls_.back(), "deps|shell");
}

TEST_F(Shell, ArgumentsAreCompletedByTheirCommand)
{
	Type("deps s\t\r");
	EXPECT_EQ(calls_, Calls{"deps|shell"});
	EXPECT_EQ(completed_, "s");
	Type("deps shell --\t\r");
	EXPECT_EQ(calls_.back(), "deps|shell|--all");
}

TEST_F(Shell, WhatHasNoCompletionIsLeftAsItIs)
{
	EXPECT_NE(Type("load s\t\r").find('\a'), std::string::npos);
	EXPECT_EQ(calls_.back(), "load|s");
	Type("deps a b c\t\x03"); // more arguments than it takes
	Type("nosuch c\t\x03");
	Type("deps 'c\t\x03");
	EXPECT_EQ(calls_.size(), 1u);
}

TEST_F(Shell, AScriptRunsAndEndsTheEmulatorWithSuccess)
{
	ASSERT_EQ(kernel_command_line_set_exec_script(TEXT("cells; deps shell")), STATUS_OK);
	EXPECT_THROW(shell_main(), std::runtime_error); // the double of a halted processor
	EXPECT_EQ(console_.Take(), "cells ran\n");
	EXPECT_EQ(console_.last_port(), 0xF4);
	EXPECT_EQ(console_.last_value(), 0x10u);
}

TEST_F(Shell, AScriptThatFailsEndsTheEmulatorWithItsStatus)
{
	ASSERT_EQ(kernel_command_line_set_exec_script(TEXT("load x; cells")), STATUS_OK);
	EXPECT_THROW(shell_main(), std::runtime_error);
	EXPECT_EQ(console_.last_value(), 0x40u + STATUS_MALFORMED);
}

TEST_F(Shell, AScriptWithoutItsOutputPortEndsTheEmulator)
{
	ASSERT_EQ(kernel_command_line_set(TEXT("exec-output=com1")), STATUS_OK); // which is not there
	ASSERT_EQ(kernel_command_line_set_exec_script(TEXT("cells")), STATUS_OK);
	EXPECT_THROW(shell_main(), std::runtime_error);
	EXPECT_EQ(calls_, Calls{});
	EXPECT_EQ(console_.last_value(), 0x40u + STATUS_NO_DEVICE);
}

} // namespace
