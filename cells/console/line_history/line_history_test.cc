#include "cells/console/line_history/line_history.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

class LineHistory : public ::testing::Test
{
      protected:
	void Add(const std::string &line)
	{
		line_history_add(&history_, {line.data(), line.size()});
	}

	std::string Get(size_t age)
	{
		struct text line = TEXT("(none)");
		if (line_history_get(&history_, age, &line) != STATUS_OK)
			EXPECT_STREQ(line.start, "(none)") << "written without success";
		return std::string(line.start, line.length);
	}

	struct line_history history_ = {};
};

TEST_F(LineHistory, IsEmptyAtFirst)
{
	EXPECT_EQ(Get(0), "(none)");
}

TEST_F(LineHistory, GivesLinesNewestFirst)
{
	Add("one");
	Add("two");
	Add("three");
	EXPECT_EQ(Get(0), "three");
	EXPECT_EQ(Get(1), "two");
	EXPECT_EQ(Get(2), "one");
	EXPECT_EQ(Get(3), "(none)");
}

TEST_F(LineHistory, DoesNotKeepBlankOrRepeatedLines)
{
	Add("one");
	Add("");
	Add("  \t");
	Add("one");
	EXPECT_EQ(Get(0), "one");
	EXPECT_EQ(Get(1), "(none)");
	Add("two");
	Add("one");
	EXPECT_EQ(Get(0), "one");
	EXPECT_EQ(Get(2), "one");
}

TEST_F(LineHistory, KeepsTheLongestLineThatFitsAndNoneThatDoesNot)
{
	std::string longest(LINE_HISTORY_LINE_CAPACITY - 1, 'x');
	Add(longest);
	EXPECT_EQ(Get(0), longest);
	Add(longest + "y");
	EXPECT_EQ(Get(0), longest);
	EXPECT_EQ(Get(1), "(none)");
}

TEST_F(LineHistory, ForgetsTheOldestWhenItIsFull)
{
	for (int i = 0; i < LINE_HISTORY_LINES * 2 + 3; i++)
		Add("line " + std::to_string(i));
	for (int age = 0; age < LINE_HISTORY_LINES; age++)
		EXPECT_EQ(Get(static_cast<size_t>(age)), "line " + std::to_string(LINE_HISTORY_LINES * 2 + 2 - age));
	EXPECT_EQ(Get(LINE_HISTORY_LINES), "(none)");
}

TEST_F(LineHistory, AShorterLineLeavesNothingOfALongerOneInItsPlace)
{
	for (int i = 0; i < LINE_HISTORY_LINES; i++)
		Add("a rather long line " + std::to_string(i));
	Add("short");
	EXPECT_EQ(Get(0), "short");
}

} // namespace
