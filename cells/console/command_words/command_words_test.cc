#include "cells/console/command_words/command_words.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace
{

using Words = std::vector<std::string>;

std::string String(struct text text)
{
	return std::string(text.start, text.length);
}

// Every command of a line, each as its words; a failure appears as {"!", status, message}.
std::vector<Words> Parse(const std::string &line)
{
	std::vector<Words> commands;
	auto words = std::make_unique<struct command_words>();
	struct text rest = {line.data(), line.size()};
	for (;;) {
		struct diagnosis why = {};
		enum status status = command_words_next(&rest, words.get(), &why);
		if (status == STATUS_END)
			return commands;
		if (status != STATUS_OK) {
			commands.push_back({"!", status_name(status), why.message});
			continue;
		}
		Words command = {String(words->name)};
		for (size_t i = 0; i < words->arguments.count; i++)
			command.push_back(String(command_argument(&words->arguments, i)));
		commands.push_back(command);
	}
}

std::string Unfinished(const std::string &line)
{
	return String(command_words_unfinished({line.data(), line.size()}));
}

TEST(CommandWords, BlanksSeparateWords)
{
	EXPECT_EQ(Parse("deps shell"), (std::vector<Words>{{"deps", "shell"}}));
	EXPECT_EQ(Parse("  deps \t shell  "), (std::vector<Words>{{"deps", "shell"}}));
	EXPECT_EQ(Parse("x"), (std::vector<Words>{{"x"}}));
}

TEST(CommandWords, SemicolonsAndLineEndsSeparateCommands)
{
	EXPECT_EQ(Parse("a;b c ; d"), (std::vector<Words>{{"a"}, {"b", "c"}, {"d"}}));
	EXPECT_EQ(Parse("a\nb\r\nc"), (std::vector<Words>{{"a"}, {"b"}, {"c"}}));
}

TEST(CommandWords, NothingIsNoCommand)
{
	for (const char *line : {"", " ", ";", " ; ;; \n\n;", "# only a comment", ";#\n#"})
		EXPECT_EQ(Parse(line), std::vector<Words>{}) << line;
	EXPECT_EQ(Parse(";;a;;b;;"), (std::vector<Words>{{"a"}, {"b"}}));
}

TEST(CommandWords, QuotesKeepBlanksAndSeparators)
{
	EXPECT_EQ(Parse("echo 'a  b;c' \"d;\te\""), (std::vector<Words>{{"echo", "a  b;c", "d;\te"}}));
	EXPECT_EQ(Parse("echo a'b'\"c\"d"), (std::vector<Words>{{"echo", "abcd"}}));
	EXPECT_EQ(Parse("echo '\"' \"'\" '\n'"), (std::vector<Words>{{"echo", "\"", "'", "\n"}}));
	EXPECT_EQ(Parse("'two words'"), (std::vector<Words>{{"two words"}}));
}

TEST(CommandWords, AnEmptyQuoteIsAWord)
{
	EXPECT_EQ(Parse("echo '' \"\""), (std::vector<Words>{{"echo", "", ""}}));
	EXPECT_EQ(Parse("''"), (std::vector<Words>{{""}}));
	EXPECT_EQ(Parse("''; ''"), (std::vector<Words>{{""}, {""}}));
}

TEST(CommandWords, ABackslashKeepsTheNextCharacter)
{
	EXPECT_EQ(Parse("echo a\\ b \\; \\\\ \\' \\#"), (std::vector<Words>{{"echo", "a b", ";", "\\", "'", "#"}}));
	EXPECT_EQ(Parse("echo \"a\\\"b\\\\\" 'a\\b'"), (std::vector<Words>{{"echo", "a\"b\\", "a\\b"}}));
}

TEST(CommandWords, CommentsEndWithTheLine)
{
	EXPECT_EQ(Parse("a # b; c\nd"), (std::vector<Words>{{"a"}, {"d"}}));
	EXPECT_EQ(Parse("a#b #c"), (std::vector<Words>{{"a#b"}}));
	EXPECT_EQ(Parse("a;#'\nb"), (std::vector<Words>{{"a"}, {"b"}}));
}

TEST(CommandWords, WhatIsNotClosedIsMalformed)
{
	EXPECT_EQ(Parse("a 'b"), (std::vector<Words>{{"!", "malformed", "a ' is not closed"}}));
	EXPECT_EQ(Parse("a; b \"c; d"), (std::vector<Words>{{"a"}, {"!", "malformed", "a \" is not closed"}}));
	EXPECT_EQ(Parse("a \\"), (std::vector<Words>{{"!", "malformed", "nothing follows the backslash at the end"}}));
	EXPECT_EQ(
		Parse("a \"\\"), (std::vector<Words>{{"!", "malformed", "nothing follows the backslash at the end"}}));
}

TEST(CommandWords, TooMuchIsRefusedAndTheNextCommandIsStillThere)
{
	std::string many = "a";
	for (int i = 0; i < COMMAND_ARGUMENTS_CAPACITY; i++)
		many += " w";
	EXPECT_EQ(Parse(many)[0].size(), size_t{COMMAND_ARGUMENTS_CAPACITY} + 1);
	EXPECT_EQ(Parse(many + " w x; b"),
		(std::vector<Words>{{"!", "out of range", "a command has at most 32 arguments"}, {"b"}}));

	std::string longest(COMMAND_WORDS_CAPACITY, 'x');
	EXPECT_EQ(Parse(longest), (std::vector<Words>{{longest}}));
	EXPECT_EQ(Parse(longest + "y;b"),
		(std::vector<Words>{{"!", "out of range", "a command has at most 1024 characters"}, {"b"}}));
	EXPECT_EQ(Parse(longest + " y;b").size(), 2u);
}

TEST(CommandWords, TheUnfinishedCommandIsBehindTheLastSeparator)
{
	EXPECT_EQ(Unfinished("deps sh"), "deps sh");
	EXPECT_EQ(Unfinished("cells; deps sh"), " deps sh");
	EXPECT_EQ(Unfinished("cells;"), "");
	EXPECT_EQ(Unfinished("echo 'a;b' c"), "echo 'a;b' c");
	EXPECT_EQ(Unfinished("echo a\\;b"), "echo a\\;b");
	EXPECT_EQ(Unfinished("a; echo 'b;"), " echo 'b;");
	EXPECT_EQ(Unfinished("a;b\\"), "b\\");
}

TEST(CommandWords, NoLineGoesOutOfBounds)
{
	uint32_t seed = 5;
	for (int round = 0; round < 2000; round++) {
		std::string line;
		for (int i = 0; i < 60; i++) {
			seed = seed * 1664525 + 1013904223;
			line += "ab ;'\"\\#\n"[(seed >> 20) % 9];
		}
		for (const Words &command : Parse(line))
			EXPECT_FALSE(command.empty());
		EXPECT_LE(Unfinished(line).size(), line.size());
	}
}

} // namespace
