#include <gtest/gtest.h>

#include "cells/console/line_editor/line_editor_on_screen.h"

namespace
{

class Completion : public LineEditorOnScreen
{
};

TEST_F(Completion, TheOnlyCandidateIsPutInWithABlank)
{
	candidates_ = {"symbols", "cells", "clear"};
	Type("sy");
	Press(KEY_TAB);
	EXPECT_EQ(Row(), "> symbols |");
	EXPECT_EQ(asked_before_, "");
	EXPECT_EQ(asked_word_, "sy");
	EXPECT_FALSE(Beeped());
}

TEST_F(Completion, OnlyTheWordBeforeTheCursorIsCompleted)
{
	candidates_ = {"shell"};
	Type("deps sh now");
	for (int i = 0; i < 4; i++)
		Press(KEY_LEFT);
	Press(KEY_TAB);
	EXPECT_EQ(asked_before_, "deps ");
	EXPECT_EQ(asked_word_, "sh");
	EXPECT_EQ(Row(), "> deps shell | now");
}

TEST_F(Completion, ASemicolonBeginsANewWord)
{
	candidates_ = {"cells"};
	Type("log;ce");
	Press(KEY_TAB);
	EXPECT_EQ(asked_before_, "log;");
	EXPECT_EQ(Line(), "log;cells ");
}

TEST_F(Completion, WhatAllCandidatesHaveInCommonIsPutIn)
{
	candidates_ = {"command_log", "command_load", "console"};
	Type("com");
	Press(KEY_TAB);
	EXPECT_EQ(Row(), "> command_lo|");
}

TEST_F(Completion, ASecondTabListsWhatIsPossible)
{
	candidates_ = {"load", "log", "cells", "logo"};
	Type("lo");
	Press(KEY_TAB);
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Row(0), "> lo|");
	Press(KEY_TAB);
	EXPECT_EQ(Row(0), "> lo");
	EXPECT_EQ(Row(1), "load  log   logo");
	EXPECT_EQ(Row(2), "> lo|");
	EXPECT_FALSE(Beeped());
}

TEST_F(Completion, ALongListBreaksIntoRows)
{
	candidates_ = {"aaaaaaaa", "abbbbbbb", "accccccc", "ad"};
	Type("a");
	Press(KEY_TAB);
	Press(KEY_TAB);
	EXPECT_EQ(Row(1), "aaaaaaaa  abbbbbbb");
	EXPECT_EQ(Row(2), "accccccc  ad");
	EXPECT_EQ(Row(3), "> a|");
}

TEST_F(Completion, AKeyBetweenTwoTabsBeginsAnew)
{
	candidates_ = {"load", "log"};
	Type("lo");
	Press(KEY_TAB);
	Press(KEY_LEFT);
	Press(KEY_RIGHT);
	written_.clear();
	Press(KEY_TAB);
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Row(0), "> lo|");
}

TEST_F(Completion, NoCandidateBeeps)
{
	candidates_ = {"cells"};
	Type("x");
	Press(KEY_TAB);
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Line(), "x");
	hooks_.complete = nullptr;
	Press(KEY_TAB);
	EXPECT_EQ(Line(), "x");
}

TEST_F(Completion, CandidatesNeverMeetInsideACharacter)
{
	candidates_ = {"x\xC3\xA9", "x\xC3\xA8"}; // they share the first byte of the second character
	Type("x");
	Press(KEY_TAB);
	EXPECT_EQ(Line(), "x");
	EXPECT_TRUE(Beeped());
}

TEST_F(Completion, ACandidateThatDoesNotFitChangesNothing)
{
	Type(std::string(LINE_EDITOR_CAPACITY - 4, 'x') + " ab");
	candidates_ = {"abcdef", std::string(2 * LINE_EDITOR_CAPACITY, 'a')};
	Press(KEY_TAB);
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Line(), std::string(LINE_EDITOR_CAPACITY - 4, 'x') + " ab");
}

} // namespace
