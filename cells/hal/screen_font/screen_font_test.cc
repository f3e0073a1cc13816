#include "cells/hal/screen_font/screen_font.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace
{

// The glyph as rows of '#' and '.', without the empty rows at its ends.
std::string Picture(uint32_t character)
{
	std::string picture, empty;
	for (uint8_t row : screen_font_find(character)->rows) {
		std::string line;
		for (int bit = 7; bit >= 0; bit--)
			line += row >> bit & 1 ? '#' : '.';
		if (row == 0 && picture.empty())
			continue;
		if (row == 0) {
			empty += line + "\n";
			continue;
		}
		picture += empty + line + "\n";
		empty.clear();
	}
	return picture;
}

int Dots(uint32_t character)
{
	std::string picture = Picture(character);
	return static_cast<int>(std::count(picture.begin(), picture.end(), '#'));
}

TEST(ScreenFont, KnownGlyphsOfEachRange)
{
	EXPECT_EQ(Picture(' '), "");
	EXPECT_EQ(Picture('-'), "..####..\n");
	EXPECT_GT(Dots('|'), Dots(0xA6));         // the broken bar is broken
	EXPECT_EQ(Picture(0x0391), Picture('A')); // Greek capital alpha
	EXPECT_EQ(Picture(0x03A1), Picture('P')); // Greek capital rho, the last before the gap
	EXPECT_EQ(Picture(0x03BF), Picture('o')); // Greek small omicron
	EXPECT_EQ(Picture(0x2500), "########\n"); // a horizontal line
	EXPECT_EQ(Dots(0x2502), 16);              // a vertical line
	EXPECT_EQ(Dots(0x2588), 8 * 16);          // the full block
	EXPECT_EQ(Dots(0x2580), 8 * 8);           // the upper half block
	EXPECT_NE(Picture(0x20AC), Picture(0xFFFD));
	EXPECT_EQ(Picture(0x2018).find("####"), std::string::npos); // a quotation mark is small
	std::string left = Picture(0x2190);
	std::string right = Picture(0x2192);
	EXPECT_NE(left, right);
	EXPECT_EQ(Dots(0x2190), Dots(0x2192)); // mirrored
	EXPECT_EQ(Dots(0x2264), Dots(0x2265)); // mirrored
}

TEST(ScreenFont, AccentedLettersHaveTheirLetterInThem)
{
	EXPECT_GT(Dots(0xE9), Dots('e'));
	EXPECT_GT(Dots(0x17E), Dots('z'));
	EXPECT_EQ(Picture(0xB5).empty(), false);
}

TEST(ScreenFont, LettersAndDigitsAreAllDifferent)
{
	std::set<std::string> pictures;
	for (uint32_t character = 0x21; character < 0x7F; character++)
		EXPECT_TRUE(pictures.insert(Picture(character)).second) << static_cast<char>(character);
}

TEST(ScreenFont, WhatTheFontLacksIsTheReplacement)
{
	std::string replacement = Picture(0xFFFD);
	EXPECT_FALSE(replacement.empty());
	for (uint32_t character :
		{0u, 0x1Fu, 0x7Fu, 0x9Fu, 0xADu, 0x180u, 0x3A2u, 0x25A0u, 0xFFFEu, 0x10FFFFu, 0xFFFFFFFFu})
		EXPECT_EQ(Picture(character), replacement) << character;
}

} // namespace
