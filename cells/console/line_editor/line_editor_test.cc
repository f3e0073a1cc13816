#include "cells/console/line_editor/line_editor.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/console/line_editor/line_editor_on_screen.h"

namespace
{

class LineEditor : public LineEditorOnScreen
{
};

TEST_F(LineEditor, ShowsThePromptAndWhatIsTyped)
{
	EXPECT_EQ(Row(), "> |");
	Type("cells");
	EXPECT_EQ(Row(), "> cells|");
	EXPECT_EQ(Line(), "cells");
}

TEST_F(LineEditor, TypingAtTheEndCostsOneCharacterEach)
{
	written_.clear();
	Type("abc");
	EXPECT_EQ(written_, "abc");
}

TEST_F(LineEditor, EnterEndsTheLineWhereverTheCursorIs)
{
	Type("abc");
	Press(KEY_LEFT);
	EXPECT_EQ(Press(KEY_ENTER), LINE_EDITOR_LINE);
	EXPECT_EQ(Line(), "abc");
	EXPECT_EQ(Row(0), "> abc");
	EXPECT_EQ(Row(1), "|");
	Start();
	EXPECT_EQ(Line(), "");
	EXPECT_EQ(Row(1), "> |");
}

TEST_F(LineEditor, TheCursorMovesByKeysAndByControlLetters)
{
	Type("abcd");
	const std::vector<std::pair<struct key, const char *>> steps = {{{KEY_LEFT, 0}, "> abc|d"},
		{{KEY_CONTROL, 'b'}, "> ab|cd"}, {{KEY_RIGHT, 0}, "> abc|d"}, {{KEY_CONTROL, 'f'}, "> abcd|"},
		{{KEY_RIGHT, 0}, "> abcd|"}, {{KEY_HOME, 0}, "> |abcd"}, {{KEY_LEFT, 0}, "> |abcd"},
		{{KEY_END, 0}, "> abcd|"}, {{KEY_CONTROL, 'a'}, "> |abcd"}, {{KEY_CONTROL, 'e'}, "> abcd|"}};
	for (size_t i = 0; i < steps.size(); i++) {
		EXPECT_EQ(line_editor_press(editor_.get(), steps[i].first), LINE_EDITOR_EDITING);
		EXPECT_EQ(Row(), steps[i].second) << "step " << i;
	}
}

TEST_F(LineEditor, TextGoesInAtTheCursor)
{
	Type("ad");
	Press(KEY_LEFT);
	Type("bc");
	EXPECT_EQ(Row(), "> abc|d");
	EXPECT_EQ(Line(), "abcd");
}

TEST_F(LineEditor, DeletingOnBothSides)
{
	Type("abcdef");
	Press(KEY_BACKSPACE);
	EXPECT_EQ(Row(), "> abcde|");
	Press(KEY_HOME);
	Press(KEY_DELETE);
	EXPECT_EQ(Row(), "> |bcde");
	Control('d');
	EXPECT_EQ(Row(), "> |cde");
	EXPECT_FALSE(Beeped());
	Press(KEY_BACKSPACE);
	EXPECT_TRUE(Beeped());
	Press(KEY_END);
	Press(KEY_DELETE);
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Line(), "cde");
}

TEST_F(LineEditor, CuttingAndPuttingBack)
{
	Type("load  the cell ");
	Control('w');
	EXPECT_EQ(Row(), "> load  the |");
	Control('w');
	EXPECT_EQ(Row(), "> load  |");
	Control('y');
	EXPECT_EQ(Line(), "load  the ");
	Press(KEY_HOME);
	Press(KEY_RIGHT);
	Control('k');
	EXPECT_EQ(Row(), "> l|");
	Control('y');
	EXPECT_EQ(Line(), "load  the ");
	Press(KEY_LEFT);
	Control('u');
	EXPECT_EQ(Row(), "> |");
	EXPECT_EQ(Line(), " ");
	Control('y');
	EXPECT_EQ(Line(), "load  the ");
	Control('k'); // nothing lies behind the cursor but one blank
	EXPECT_EQ(Line(), "load  the");
	Control('k');
	Control('y');
	EXPECT_EQ(Line(), "load  the ") << "cutting nothing must keep what was cut before";
}

TEST_F(LineEditor, TheCutTextLivesOnInTheNextLine)
{
	Type("keep me");
	Control('u');
	Press(KEY_ENTER);
	Start();
	Control('y');
	EXPECT_EQ(Line(), "keep me");
}

TEST_F(LineEditor, HistoryGoesBackAndForthAndKeepsTheDraft)
{
	for (const char *line : {"first", "second", "third"})
		line_history_add(&history_, text_from(line));
	Type("dra");
	Press(KEY_UP);
	EXPECT_EQ(Row(), "> third|");
	Control('p');
	EXPECT_EQ(Row(), "> second|");
	Press(KEY_UP);
	EXPECT_EQ(Row(), "> first|");
	EXPECT_FALSE(Beeped());
	Press(KEY_UP);
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Row(), "> first|");
	Control('n');
	EXPECT_EQ(Row(), "> second|");
	Press(KEY_DOWN);
	Press(KEY_DOWN);
	EXPECT_EQ(Row(), "> dra|");
	EXPECT_FALSE(Beeped());
	Press(KEY_DOWN);
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Line(), "dra");
}

TEST_F(LineEditor, AnEmptyDraftComesBackToo)
{
	line_history_add(&history_, TEXT("old"));
	Press(KEY_UP);
	Press(KEY_DOWN);
	EXPECT_EQ(Line(), "");
	EXPECT_EQ(Row(), "> |");
}

TEST_F(LineEditor, AnEditedHistoryLineLeavesTheHistoryAsItWas)
{
	line_history_add(&history_, TEXT("old"));
	Press(KEY_UP);
	Type("er");
	EXPECT_EQ(Line(), "older");
	Press(KEY_ENTER);
	Start();
	Press(KEY_UP);
	EXPECT_EQ(Line(), "old");
}

TEST_F(LineEditor, HistoryWithNothingInItBeeps)
{
	Type("x");
	Press(KEY_UP);
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Row(), "> x|");
}

TEST_F(LineEditor, ControlCGivesTheLineUp)
{
	Type("abc");
	Press(KEY_HOME);
	EXPECT_EQ(Control('c'), LINE_EDITOR_GIVEN_UP);
	EXPECT_EQ(Row(0), "> abc^C");
	EXPECT_EQ(Row(1), "|");
}

TEST_F(LineEditor, ControlDEndsOnlyAnEmptyLine)
{
	Type("a");
	EXPECT_EQ(Control('d'), LINE_EDITOR_EDITING);
	Press(KEY_BACKSPACE);
	EXPECT_EQ(Control('d'), LINE_EDITOR_END);
}

TEST_F(LineEditor, ControlLClearsTheScreenButNotTheLine)
{
	Press(KEY_ENTER);
	Start();
	Type("abc");
	Press(KEY_LEFT);
	Control('l');
	EXPECT_EQ(Row(0), "> ab|c");
	EXPECT_EQ(Row(1), "");
}

TEST_F(LineEditor, OtherKeysDoNothing)
{
	Type("a");
	written_.clear();
	for (enum key_code code : {KEY_ESCAPE, KEY_INSERT, KEY_PAGE_UP, KEY_PAGE_DOWN})
		EXPECT_EQ(Press(code), LINE_EDITOR_EDITING);
	for (char letter : std::string("gijmoqrstvxz"))
		EXPECT_EQ(Control(letter), LINE_EDITOR_EDITING);
	EXPECT_EQ(Press(KEY_CHARACTER, 0x07), LINE_EDITOR_EDITING);
	EXPECT_EQ(written_, "");
	EXPECT_EQ(Line(), "a");
}

TEST_F(LineEditor, Utf8CountsOneColumnAndIsDeletedWhole)
{
	Type("a\xC3\xA9\xE2\x82\xACz");
	EXPECT_EQ(Row(), "> a\xC3\xA9\xE2\x82\xACz|");
	Press(KEY_LEFT);
	EXPECT_EQ(Row(), "> a\xC3\xA9\xE2\x82\xAC|z");
	Press(KEY_BACKSPACE);
	EXPECT_EQ(Line(), "a\xC3\xA9z");
	Press(KEY_LEFT);
	Press(KEY_DELETE);
	EXPECT_EQ(Line(), "az");
	EXPECT_EQ(Row(), "> a|z");
}

TEST_F(LineEditor, ALineWiderThanTheScreenScrollsOnItsRow)
{
	Type("0123456789abcdefghij"); // the room is 24 - 2 - 1 = 21
	EXPECT_EQ(Row(), "> 0123456789abcdefghij|");
	Type("k");
	EXPECT_EQ(Row(), "> 0123456789abcdefghijk|");
	Type("lm");
	EXPECT_EQ(Row(), "> 23456789abcdefghijklm|");
	Press(KEY_LEFT);
	EXPECT_EQ(Row(), "> 123456789abcdefghijkl|");
	Press(KEY_HOME);
	EXPECT_EQ(Row(), "> |0123456789abcdefghijk");
	Press(KEY_END);
	EXPECT_EQ(Row(), "> 23456789abcdefghijklm|");
	EXPECT_EQ(screen_->cursor.row, 0) << "the line must not wrap";
	EXPECT_EQ(Press(KEY_ENTER), LINE_EDITOR_LINE);
	EXPECT_EQ(Line(), "0123456789abcdefghijklm");
}

TEST_F(LineEditor, ATerminalTooNarrowForThePromptStillWorks)
{
	Start(1);
	Type("0123456789abcdefghij");
	EXPECT_EQ(Line(), "0123456789abcdefghij");
	EXPECT_EQ(screen_->cursor.row, 0);
}

TEST_F(LineEditor, AFullLineTakesNoMore)
{
	Type(std::string(LINE_EDITOR_CAPACITY, 'x'));
	EXPECT_FALSE(Beeped());
	Type("y");
	EXPECT_TRUE(Beeped());
	EXPECT_EQ(Line(), std::string(LINE_EDITOR_CAPACITY, 'x'));
	Press(KEY_BACKSPACE);
	Type("\xC3\xA9"); // two bytes do not fit where one does
	EXPECT_TRUE(Beeped());
	Type("z");
	EXPECT_EQ(Line(), std::string(LINE_EDITOR_CAPACITY - 1, 'x') + "z");
}

TEST_F(LineEditor, TheLineIsShownAnewBelowOtherOutput)
{
	Type("abc");
	Press(KEY_LEFT);
	Write(this, TEXT("\nnews\n"));
	line_editor_show(editor_.get());
	EXPECT_EQ(Row(1), "news");
	EXPECT_EQ(Row(2), "> ab|c");
}

TEST_F(LineEditor, NoKeysGoOutOfBoundsAndTheScreenAlwaysAgrees)
{
	candidates_ = {"alpha", "alps", "beta"};
	line_history_add(&history_, TEXT("al"));
	line_history_add(&history_, TEXT("a rather long line of the history, longer than the screen"));
	uint32_t seed = 11;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		uint32_t random = seed >> 16;
		enum key_code code =
			random % 3 == 0 ? static_cast<enum key_code>(random / 3 % (KEY_PAGE_DOWN + 1)) : KEY_CHARACTER;
		uint32_t character = code == KEY_CONTROL ? 'a' + random / 64 % 26 : "ab \xE9"[random / 64 % 4] & 0xFFu;
		if (Press(code, character) != LINE_EDITOR_EDITING)
			Start();
		ASSERT_LE(Line().size(), size_t{LINE_EDITOR_CAPACITY});
		ASSERT_EQ(Row(screen_->cursor.row).substr(0, 2), "> ");
		size_t before = utf8_count(text_slice(line_editor_line(editor_.get()), 0, editor_->cursor));
		ASSERT_EQ(screen_->cursor.column, 2 + (before > 21 ? 21 : before));
	}
}

} // namespace
