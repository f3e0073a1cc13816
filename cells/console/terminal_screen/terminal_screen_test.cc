#include "cells/console/terminal_screen/terminal_screen.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using Rows = std::vector<std::string>;

class TerminalScreen : public ::testing::Test
{
      protected:
	TerminalScreen() : screen_(new struct terminal_screen())
	{
		Start(10, 4);
	}

	void Start(size_t columns, size_t rows)
	{
		terminal_screen_start(screen_.get(), columns, rows);
	}

	void Write(const std::string &characters)
	{
		terminal_screen_write(screen_.get(), {characters.data(), characters.size()});
	}

	struct terminal_cell Cell(int column, int row)
	{
		return terminal_screen_cell(screen_.get(), {static_cast<uint16_t>(column), static_cast<uint16_t>(row)});
	}

	// The rows without the blanks at their ends; characters beyond ASCII appear as '#'.
	Rows Shown()
	{
		Rows rows;
		for (int row = 0; row < screen_->rows; row++) {
			std::string line;
			for (int column = 0; column < screen_->columns; column++) {
				uint32_t character = Cell(column, row).character;
				line += character < 0x80 ? static_cast<char>(character) : '#';
			}
			line.erase(line.find_last_not_of(' ') + 1);
			rows.push_back(line);
		}
		return rows;
	}

	std::pair<int, int> Cursor()
	{
		return {screen_->cursor.column, screen_->cursor.row};
	}

	// Flushes; says how many cells were drawn.
	size_t Flush()
	{
		size_t before = draws_;
		struct terminal_renderer renderer = {this, Draw};
		terminal_screen_flush(screen_.get(), &renderer);
		return draws_ - before;
	}

	static void Draw(void *context, struct terminal_position position, struct terminal_cell cell)
	{
		auto *self = static_cast<TerminalScreen *>(context);
		self->draws_++;
		self->device_[{position.column, position.row}] = cell;
	}

	std::unique_ptr<struct terminal_screen> screen_;
	std::map<std::pair<int, int>, struct terminal_cell> device_;
	size_t draws_ = 0;
};

TEST_F(TerminalScreen, TextIsPutWhereTheCursorIs)
{
	Write("ab\ncd");
	EXPECT_EQ(Shown(), (Rows{"ab", "cd", "", ""}));
	EXPECT_EQ(Cursor(), std::make_pair(2, 1));
}

TEST_F(TerminalScreen, ALongLineWrapsOnlyWhenMoreComes)
{
	Write("0123456789");
	EXPECT_EQ(Cursor(), std::make_pair(9, 0));
	Write("\n");
	EXPECT_EQ(Cursor(), std::make_pair(0, 1));
	Write("0123456789x");
	EXPECT_EQ(Shown(), (Rows{"0123456789", "0123456789", "x", ""}));
	EXPECT_EQ(Cursor(), std::make_pair(1, 2));
}

TEST_F(TerminalScreen, ACarriageReturnAtTheMarginStaysInItsRow)
{
	Write("0123456789\rx");
	EXPECT_EQ(Shown(), (Rows{"x123456789", "", "", ""}));
}

TEST_F(TerminalScreen, TheLastRowScrolls)
{
	Write("1\n2\n3\n4\n5\n6");
	EXPECT_EQ(Shown(), (Rows{"3", "4", "5", "6"}));
	EXPECT_EQ(Cursor(), std::make_pair(1, 3));
}

TEST_F(TerminalScreen, BackspaceTabAndBell)
{
	Write("abc\b\bX\aY");
	EXPECT_EQ(Shown()[0], "aXY");
	Write("\r\tT");
	EXPECT_EQ(Shown()[0], "aXY     T");
	Write("\t\tE"); // the margin stops a tab
	EXPECT_EQ(Shown()[0], "aXY     TE");
	Write("\r\b\bB");
	EXPECT_EQ(Shown()[0], "BXY     TE");
}

TEST_F(TerminalScreen, TheCursorMovesWithinTheEdges)
{
	Write("\033[3;5H");
	EXPECT_EQ(Cursor(), std::make_pair(4, 2));
	Write("\033[A");
	EXPECT_EQ(Cursor(), std::make_pair(4, 1));
	Write("\033[2B");
	EXPECT_EQ(Cursor(), std::make_pair(4, 3));
	Write("\033[3D");
	EXPECT_EQ(Cursor(), std::make_pair(1, 3));
	Write("\033[0C");
	EXPECT_EQ(Cursor(), std::make_pair(2, 3));
	Write("\033[99C\033[99B");
	EXPECT_EQ(Cursor(), std::make_pair(9, 3));
	Write("\033[99999999D\033[9999A");
	EXPECT_EQ(Cursor(), std::make_pair(0, 0));
	Write("\033[7G\033[2d");
	EXPECT_EQ(Cursor(), std::make_pair(6, 1));
	Write("\033[99;99f");
	EXPECT_EQ(Cursor(), std::make_pair(9, 3));
	Write("\033[H");
	EXPECT_EQ(Cursor(), std::make_pair(0, 0));
	Write("\033[;3H");
	EXPECT_EQ(Cursor(), std::make_pair(2, 0));
}

TEST_F(TerminalScreen, TheCursorIsSavedAndRestoredInBothSpellings)
{
	Write("\033[2;3H\0337\033[H\0338");
	EXPECT_EQ(Cursor(), std::make_pair(2, 1));
	Write("\033[4;4H\033[s\033[H\033[u");
	EXPECT_EQ(Cursor(), std::make_pair(3, 3));
}

TEST_F(TerminalScreen, ErasingInTheRow)
{
	Write("abcdefghij\033[1;4H\033[K");
	EXPECT_EQ(Shown()[0], "abc");
	Write("\033[Habcdefghij\033[1;4H\033[1K");
	EXPECT_EQ(Shown()[0], "    efghij");
	Write("\033[2K");
	EXPECT_EQ(Shown()[0], "");
	EXPECT_EQ(Cursor(), std::make_pair(3, 0));
}

TEST_F(TerminalScreen, ErasingInTheDisplay)
{
	const std::string full = "\033[Haaaa\nbbbb\ncccc\ndddd\033[2;3H";
	Write(full + "\033[J");
	EXPECT_EQ(Shown(), (Rows{"aaaa", "bb", "", ""}));
	Write(full + "\033[1J");
	EXPECT_EQ(Shown(), (Rows{"", "   b", "cccc", "dddd"}));
	Write(full + "\033[2J");
	EXPECT_EQ(Shown(), (Rows{"", "", "", ""}));
	EXPECT_EQ(Cursor(), std::make_pair(2, 1));
}

TEST_F(TerminalScreen, ColoursAndStyles)
{
	Write("a\033[31;44mb\033[1mc\033[7md\033[22;27me\033[39;49mf\033[92;105mg\033[mh");
	const struct {
		unsigned foreground, background;
	} expected[] = {{7, 0}, {1, 4}, {9, 4}, {4, 9}, {1, 4}, {7, 0}, {10, 13}, {7, 0}};
	for (int i = 0; i < 8; i++) {
		EXPECT_EQ(Cell(i, 0).foreground, expected[i].foreground) << i;
		EXPECT_EQ(Cell(i, 0).background, expected[i].background) << i;
	}
}

TEST_F(TerminalScreen, ColoursByNumberChangeNothing)
{
	Write("\033[38;5;1mx");
	EXPECT_EQ(Cell(0, 0).foreground, 7u);
	Write("\033[1;32;38;2;7;7;7my");
	EXPECT_EQ(Cell(1, 0).foreground, 10u);
	EXPECT_EQ(Cell(1, 0).background, 0u);
}

TEST_F(TerminalScreen, ErasedCellsTakeTheBackground)
{
	Write("\033[41m\033[K");
	EXPECT_EQ(Cell(5, 0).background, 1u);
	Write("\033[0;7m\033[2;1H\033[K");
	EXPECT_EQ(Cell(5, 1).background, 0u) << "inverse must not paint bars";
}

TEST_F(TerminalScreen, Utf8IsOneCellEachAlsoWhenWrittenInPieces)
{
	Write("\xC3");
	Write("\xA9\xE2\x82\xACz");
	EXPECT_EQ(Cell(0, 0).character, 0xE9u);
	EXPECT_EQ(Cell(1, 0).character, 0x20ACu);
	EXPECT_EQ(Cell(2, 0).character, static_cast<uint32_t>('z'));
	Write("\xFFq");
	EXPECT_EQ(Cell(3, 0).character, 0xFFFDu);
	EXPECT_EQ(Cell(4, 0).character, static_cast<uint32_t>('q'));
}

TEST_F(TerminalScreen, WhatIsNotKnownIsSwallowed)
{
	for (const char *sequence :
		{"\033[?2004h", "\033[5n", "\033[>c", "\033]0;title\a", "\033]0;title\033\\", "\033Ppayload\033\\",
			"\033(B", "\033=", "\033[1;2;3;4;5;6;7;8;9;10;11q", "\033[2 q", "\x7F", "\x01", "\xC2\x85"}) {
		Start(10, 4);
		Write(std::string("a") + sequence + "b");
		EXPECT_EQ(Shown()[0], "ab") << ::testing::PrintToString(sequence);
	}
}

TEST_F(TerminalScreen, ASequenceMayBeBrokenOffByAnother)
{
	Write("\033[12\033[1;3Hx\033\033[1;5Hy");
	EXPECT_EQ(Shown()[0], "  x y");
}

TEST_F(TerminalScreen, AResetBeginsAnew)
{
	Write("\033[31mabc\033[?25l\033c");
	EXPECT_EQ(Shown()[0], "");
	Write("x");
	EXPECT_EQ(Cell(0, 0).foreground, 7u);
	Flush();
	EXPECT_TRUE((device_[{1, 0}].cursor));
}

TEST_F(TerminalScreen, TheFirstFlushDrawsAllAndLaterOnesOnlyChanges)
{
	EXPECT_EQ(Flush(), 40u);
	EXPECT_EQ(Flush(), 0u);
	Write("a");
	EXPECT_EQ(Flush(), 2u); // the character, and the cursor behind it
	EXPECT_EQ((device_[{0, 0}].character), static_cast<uint32_t>('a'));
	EXPECT_FALSE((device_[{0, 0}].cursor));
	EXPECT_TRUE((device_[{1, 0}].cursor));
	Write("\033[31m");
	EXPECT_EQ(Flush(), 0u);
	Write("\ra");
	EXPECT_EQ(Flush(), 1u); // the same character in another colour
}

TEST_F(TerminalScreen, TheDeviceShowsTheScreenAfterEveryFlush)
{
	uint32_t seed = 7;
	const std::vector<std::string> pieces = {"word ", "\n", "\033[31m", "\033[m", "\033[2;2H", "\033[K", "\033[J",
		"\b", "\t", "0123456789", "\xC3\xA9", "\033[A", "\033[?25l", "\033[?25h"};
	for (int i = 0; i < 3000; i++) {
		seed = seed * 1664525 + 1013904223;
		Write(pieces[(seed >> 16) % pieces.size()]);
		if ((seed >> 28) != 0)
			continue;
		Flush();
		for (int row = 0; row < 4; row++) {
			for (int column = 0; column < 10; column++) {
				struct terminal_cell drawn = device_[{column, row}];
				ASSERT_EQ(drawn.character, Cell(column, row).character);
				ASSERT_EQ(drawn.foreground, Cell(column, row).foreground);
				ASSERT_EQ(drawn.background, Cell(column, row).background);
				bool here = Cursor() == std::make_pair(column, row) && !screen_->cursor_is_hidden;
				ASSERT_EQ(drawn.cursor, here);
			}
		}
	}
}

TEST_F(TerminalScreen, AHiddenCursorIsNotDrawn)
{
	Write("\033[?25l");
	Flush();
	EXPECT_FALSE((device_[{0, 0}].cursor));
	Write("\033[?25h");
	EXPECT_EQ(Flush(), 1u);
	EXPECT_TRUE((device_[{0, 0}].cursor));
}

TEST_F(TerminalScreen, SizesAreMadeToFit)
{
	Start(0, 0);
	Write("abc");
	EXPECT_EQ(Shown(), Rows{"c"});
	Start(100000, 100000);
	EXPECT_EQ(screen_->columns, TERMINAL_SCREEN_COLUMNS_MAX);
	EXPECT_EQ(screen_->rows, TERMINAL_SCREEN_ROWS_MAX);
	Write("\033[9999;9999Hx\n\n");
	EXPECT_THROW(Cell(TERMINAL_SCREEN_COLUMNS_MAX, 0), std::runtime_error);
	EXPECT_THROW(Cell(0, TERMINAL_SCREEN_ROWS_MAX), std::runtime_error);
}

TEST_F(TerminalScreen, NoInputGoesOutOfBounds)
{
	uint32_t seed = 3;
	for (int round = 0; round < 50; round++) {
		Start(1 + round % 13, 1 + round % 5);
		std::string noise;
		for (int i = 0; i < 4000; i++) {
			seed = seed * 1664525 + 1013904223;
			noise += static_cast<char>(
				i % 3 == 0 ? "\033[;0123456789ABCDHJKmsu?l"[(seed >> 20) % 25] : seed >> 24);
		}
		Write(noise);
		Flush();
		EXPECT_LT(screen_->cursor.column, screen_->columns);
		EXPECT_LT(screen_->cursor.row, screen_->rows);
	}
}

} // namespace
