#include "cells/console/command/command.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace
{

std::string String(struct text view)
{
	return std::string(view.start, view.length);
}

struct command_arguments Arguments(const std::vector<const char *> &words)
{
	struct command_arguments arguments = {};
	for (const char *word : words)
		EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
	return arguments;
}

TEST(Command, ArgumentsAreCountedFromZeroAndPanicBeyondTheLast)
{
	struct command_arguments arguments = Arguments({"a", "b"});
	EXPECT_EQ(String(command_argument(&arguments, 0)), "a");
	EXPECT_EQ(String(command_argument(&arguments, 1)), "b");
	EXPECT_THROW(command_argument(&arguments, 2), std::runtime_error);
}

TEST(Command, MoreArgumentsThanThereIsRoomForAreRefused)
{
	struct command_arguments arguments = {};
	for (int i = 0; i < COMMAND_ARGUMENTS_CAPACITY; i++)
		ASSERT_EQ(command_arguments_add(&arguments, TEXT("x")), STATUS_OK);
	EXPECT_EQ(command_arguments_add(&arguments, TEXT("y")), STATUS_OUT_OF_RANGE);
	EXPECT_EQ(arguments.count, size_t{COMMAND_ARGUMENTS_CAPACITY});
	EXPECT_EQ(String(command_argument(&arguments, COMMAND_ARGUMENTS_CAPACITY - 1)), "x");
}

TEST(Command, TheCountOfArgumentsIsCheckedAtBothEnds)
{
	struct command command = {};
	command.name = "deps";
	command.usage = "deps CELL [SECTION]";
	command.least_arguments = 1;
	command.most_arguments = 2;
	const std::vector<std::vector<const char *>> counts = {{}, {"a"}, {"a", "b"}, {"a", "b", "c"}};
	const enum status expected[] = {STATUS_BAD_ARGUMENT, STATUS_OK, STATUS_OK, STATUS_BAD_ARGUMENT};
	for (size_t i = 0; i < counts.size(); i++) {
		struct command_arguments arguments = Arguments(counts[i]);
		EXPECT_EQ(command_check_arguments(&command, &arguments, nullptr), expected[i]) << i;
	}
	struct command_arguments none = Arguments({});
	struct command_arguments three = Arguments({"a", "b", "c"});
	struct diagnosis why = {};
	(void)command_check_arguments(&command, &none, &why);
	EXPECT_STREQ(why.message, "deps: too few arguments; usage: deps CELL [SECTION]");
	why = {};
	(void)command_check_arguments(&command, &three, &why);
	EXPECT_STREQ(why.message, "deps: too many arguments; usage: deps CELL [SECTION]");
}

TEST(Command, OffersReachWhoAsked)
{
	std::vector<std::string> taken;
	struct command_offers offers = {[](void *context, struct text candidate) {
						static_cast<std::vector<std::string> *>(context)->push_back(
							String(candidate));
					},
		&taken};
	command_offer(&offers, TEXT("one"));
	command_offer(&offers, TEXT("two"));
	EXPECT_EQ(taken, (std::vector<std::string>{"one", "two"}));
}

TEST(Command, TheSymbolHasThePrefix)
{
	char symbol[COMMAND_NAME_CAPACITY];
	ASSERT_EQ(command_symbol_of(TEXT("power_off2"), &symbol), STATUS_OK);
	EXPECT_STREQ(symbol, "command_power_off2");
}

TEST(Command, ANameThatCannotBeASymbolIsRefused)
{
	char symbol[COMMAND_NAME_CAPACITY] = "kept";
	for (const char *name : {"", "a-b", "A", "a b", "../x", "\xc3\xa9", "a."})
		EXPECT_EQ(command_symbol_of(text_from(name), &symbol), STATUS_MALFORMED) << name;
	std::string longest(COMMAND_NAME_CAPACITY - 1 - 8, 'x');
	EXPECT_EQ(command_symbol_of(text_from((longest + "x").c_str()), &symbol), STATUS_OUT_OF_RANGE);
	EXPECT_STREQ(symbol, "kept");
	EXPECT_EQ(command_symbol_of(text_from(longest.c_str()), &symbol), STATUS_OK);
	EXPECT_EQ(std::string(symbol), "command_" + longest);
}

TEST(Command, OnlyTheSymbolThatIsItsCellsNameIsACommand)
{
	struct text name = TEXT("kept");
	EXPECT_EQ(command_name_of(TEXT("command_argument"), TEXT("command"), &name), STATUS_NOT_FOUND);
	EXPECT_EQ(command_name_of(TEXT("help"), TEXT("help"), &name), STATUS_NOT_FOUND);
	EXPECT_EQ(command_name_of(TEXT("command_"), TEXT("command_"), &name), STATUS_NOT_FOUND);
	EXPECT_EQ(String(name), "kept");
	EXPECT_EQ(command_name_of(TEXT("command_help"), TEXT("command_help"), &name), STATUS_OK);
	EXPECT_EQ(String(name), "help");
}

} // namespace
