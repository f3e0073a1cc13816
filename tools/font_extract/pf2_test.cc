#include "tools/font_extract/pf2.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace
{

std::string U16(unsigned value)
{
	return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string U32(size_t value)
{
	return U16(static_cast<unsigned>(value >> 16)) + U16(static_cast<unsigned>(value & 0xFFFF));
}

std::string Section(const std::string &name, const std::string &content)
{
	return name + U32(content.size()) + content;
}

struct Glyph {
	unsigned width, height;
	int left, bottom;
	std::string bitmap;
};

// A font with the one glyph 'A'.
std::string Font(const Glyph &glyph, unsigned flags = 0, const std::string &index_name = "CHIX")
{
	std::string head = Section("FILE", "PFF2") + Section("NAME", "Test 16") + Section("ASCE", U16(14));
	size_t offset = head.size() + 8 + 9 + 8;
	std::string index = U32('A') + static_cast<char>(flags) + U32(offset);
	return head + Section(index_name, index) + "DATA\xFF\xFF\xFF\xFF" + U16(glyph.width) + U16(glyph.height) +
	       U16(static_cast<unsigned>(glyph.left) & 0xFFFF) + U16(static_cast<unsigned>(glyph.bottom) & 0xFFFF) +
	       U16(8) + glyph.bitmap;
}

// Null, or what is wrong with drawing 'A'.
const char *Draw(const std::string &data, struct pf2_cell *cell)
{
	struct pf2_font font;
	const char *wrong = pf2_open(data.data(), data.size(), &font);
	return wrong ? wrong : pf2_draw(&font, 'A', cell);
}

TEST(Pf2, AGlyphIsUnpackedIntoItsCell)
{
	struct pf2_cell cell;
	// Three rows of five dots: 10001, 01010, 11111, without padding between the rows.
	std::string data = Font({5, 3, 2, 1, "\x8A\xBE"});
	ASSERT_EQ(Draw(data, &cell), nullptr);
	for (int row = 0; row < PF2_CELL_HEIGHT; row++) {
		int expected = row == 10 ? 0x22 : row == 11 ? 0x14 : row == 12 ? 0x3E : 0;
		EXPECT_EQ(cell.rows[row], expected) << row; // the base line is below row 13, so one dot above is row 12
	}
}

TEST(Pf2, AGlyphBelowTheBaseLineIsLower)
{
	struct pf2_cell cell;
	ASSERT_EQ(Draw(Font({8, 1, 0, -2, "\xFF"}), &cell), nullptr);
	EXPECT_EQ(cell.rows[15], 0xFF);
}

TEST(Pf2, WhatDoesNotFitTheCellIsRefused)
{
	struct pf2_cell cell;
	EXPECT_STREQ(Draw(Font({9, 1, 0, 0, "\xFF\xFF"}), &cell), "the glyph does not fit its cell");
	EXPECT_STREQ(Draw(Font({8, 1, 1, 0, "\xFF"}), &cell), "the glyph does not fit its cell");
	EXPECT_STREQ(Draw(Font({8, 1, -1, 0, "\xFF"}), &cell), "the glyph does not fit its cell");
	EXPECT_STREQ(Draw(Font({8, 1, 0, 14, "\xFF"}), &cell), "the glyph does not fit its cell");
	EXPECT_STREQ(Draw(Font({8, 1, 0, -3, "\xFF"}), &cell), "the glyph does not fit its cell");
}

TEST(Pf2, WhatIsNotThereIsSaid)
{
	struct pf2_cell cell;
	struct pf2_font font;
	std::string data = Font({8, 1, 0, 0, "\xFF"});
	ASSERT_EQ(pf2_open(data.data(), data.size(), &font), nullptr);
	EXPECT_STREQ(pf2_draw(&font, 'B', &cell), "the font has no such character");
	EXPECT_STREQ(Draw(Font({8, 1, 0, 0, "\xFF"}, 1), &cell), "the font has no such character"); // compressed
	EXPECT_STREQ(Draw(Font({8, 1, 0, 0, "\xFF"}, 0, "XXXX"), &cell), "there is no index of characters");
	EXPECT_STREQ(Draw("GIF89a", &cell), "this is no PF2 font");
}

TEST(Pf2, ATruncatedFontIsRefusedAtEveryLength)
{
	std::string whole = Font({8, 16, 0, -2, std::string(16, '\x55')});
	struct pf2_cell cell;
	ASSERT_EQ(Draw(whole, &cell), nullptr);
	for (size_t length = 0; length < whole.size(); length++)
		EXPECT_NE(Draw(std::string(whole.data(), length), &cell), nullptr) << length;
}

TEST(Pf2, GrubsOwnFontHasTheCharactersOfAScreen)
{
	std::ifstream file(std::getenv("FONT"), std::ios::binary);
	std::string data((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
	struct pf2_font font;
	ASSERT_EQ(pf2_open(data.data(), data.size(), &font), nullptr);
	struct pf2_cell cell;
	for (uint32_t character = 0x20; character < 0x7F; character++)
		EXPECT_EQ(pf2_draw(&font, character, &cell), nullptr) << character;
	ASSERT_EQ(pf2_draw(&font, 0x2588, &cell), nullptr); // the full block
	for (uint8_t row : cell.rows)
		EXPECT_EQ(row, 0xFF);
}

} // namespace
