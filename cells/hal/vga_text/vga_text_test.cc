#include "cells/hal/vga_text/vga_text.h"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <vector>

#include "cells/hal/port_io/port_io.h"

namespace
{

class VgaText : public ::testing::Test
{
      protected:
	VgaText() : memory_(VGA_TEXT_SIZE_BYTES, 0)
	{
		port_io_host_connect(this, nullptr, Write);
	}

	~VgaText() override
	{
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	static void Write(void *context, uint16_t port, unsigned size_bytes, uint32_t value)
	{
		auto *self = static_cast<VgaText *>(context);
		EXPECT_EQ(size_bytes, 1u);
		if (port == 0x3D4)
			self->index_ = value;
		else if (port == 0x3D5)
			self->registers_[self->index_] = value;
		else
			ADD_FAILURE() << "port " << port;
	}

	struct bytes_mut Memory()
	{
		return bytes_mut_from(memory_.data(), memory_.size());
	}

	// What the device shows for a character.
	int CodeOf(uint32_t character)
	{
		vga_text_draw(Memory(), 0, 0, character, 7, 0);
		return memory_[0];
	}

	std::vector<unsigned char> memory_;
	std::map<uint32_t, uint32_t> registers_;
	uint32_t index_ = 0;
};

TEST_F(VgaText, ACellIsACharacterAndItsColours)
{
	vga_text_draw(Memory(), 3, 2, 'A', 7, 0);
	EXPECT_EQ(memory_[(2 * 80 + 3) * 2], 'A');
	EXPECT_EQ(memory_[(2 * 80 + 3) * 2 + 1], 0x07);
	for (size_t i = 0; i < memory_.size(); i++) {
		if (i / 2 != 2 * 80 + 3)
			ASSERT_EQ(memory_[i], 0) << i;
	}
}

TEST_F(VgaText, ColoursAreTranslatedAndTheBackgroundNeverBlinks)
{
	const struct {
		unsigned foreground, background;
		int attribute;
	} cases[] = {{1, 0, 0x04}, {4, 0, 0x01}, {3, 6, 0x36}, {15, 7, 0x7F}, {9, 12, 0x1C}, {0, 7, 0x70}};
	for (const auto &one : cases) {
		vga_text_draw(Memory(), 79, 24, 'x', one.foreground, one.background);
		EXPECT_EQ(memory_[VGA_TEXT_SIZE_BYTES - 1], one.attribute)
			<< one.foreground << " on " << one.background;
	}
}

TEST_F(VgaText, CharactersAreThoseOfCodePage437)
{
	EXPECT_EQ(CodeOf(0), ' ');
	EXPECT_EQ(CodeOf('~'), '~');
	EXPECT_EQ(CodeOf(0xC7), 0x80);   // C with cedilla
	EXPECT_EQ(CodeOf(0xE9), 0x82);   // e with acute
	EXPECT_EQ(CodeOf(0x2502), 0xB3); // box drawings, light vertical
	EXPECT_EQ(CodeOf(0x2500), 0xC4); // light horizontal
	EXPECT_EQ(CodeOf(0x2588), 0xDB); // full block
	EXPECT_EQ(CodeOf(0xB0), 0xF8);   // degree
	EXPECT_EQ(CodeOf(0x20AC), '?');  // there was no euro yet
	EXPECT_EQ(CodeOf(0x1F600), '?');
	EXPECT_EQ(CodeOf(0x7F), '?');
}

TEST_F(VgaText, TheCursorStandsWhereItIsPut)
{
	vga_text_place_cursor(5, 24);
	EXPECT_EQ(registers_[0x0E] << 8 | registers_[0x0F], 24u * 80 + 5);
	EXPECT_EQ(registers_[0x0A] & 0x20, 0u);
	EXPECT_LT(registers_[0x0A], registers_[0x0B] + 1);
	vga_text_hide_cursor();
	EXPECT_EQ(registers_[0x0A] & 0x20, 0x20u);
	vga_text_place_cursor(0, 0);
	EXPECT_EQ(registers_[0x0A] & 0x20, 0u);
}

TEST_F(VgaText, OutsideTheScreenOrItsMemoryIsAPanic)
{
	EXPECT_THROW(vga_text_draw(Memory(), 80, 0, 'x', 7, 0), std::runtime_error);
	EXPECT_THROW(vga_text_draw(Memory(), 0, 25, 'x', 7, 0), std::runtime_error);
	EXPECT_THROW(vga_text_place_cursor(0, 25), std::runtime_error);
	EXPECT_THROW(vga_text_draw(bytes_mut_from(memory_.data(), 100), 0, 1, 'x', 7, 0), std::runtime_error);
}

} // namespace
