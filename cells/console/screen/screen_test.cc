#include "cells/console/screen/screen.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>

#include "cells/hal/port_io/port_io.h"
#include "cells/hal/screen_font/screen_font.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

constexpr uint64_t kFramebufferStart = 0x9000400; // not at the start of a page
constexpr uint32_t kWidth = 335, kHeight = 100, kPitch = 352 * 4;

// The double of physical memory and the screen's ports.
class Screen : public ::testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region usable = {address_physical(0x100000), 64 << 20};
		ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	}

	void SetUp() override
	{
		port_io_host_connect(this, nullptr, Write);
		std::memset(Text(), 0xEE, 80 * 25 * 2);
		std::memset(Pixels(), 0xEE, kPitch * kHeight);
		pixels_.kind = BOOT_FRAMEBUFFER_COLOUR;
		pixels_.start = kFramebufferStart;
		pixels_.width = kWidth;
		pixels_.height = kHeight;
		pixels_.pitch_bytes = kPitch;
		pixels_.bits_per_pixel = 32;
		pixels_.red = {16, 8};
		pixels_.green = {8, 8};
		pixels_.blue = {0, 8};
	}

	void TearDown() override
	{
		screen_close();
		port_io_host_connect(nullptr, nullptr, nullptr);
	}

	static void Write(void *context, uint16_t port, unsigned, uint32_t value)
	{
		auto *self = static_cast<Screen *>(context);
		if (port == 0x3D4)
			self->index_ = value;
		if (port == 0x3D5)
			self->registers_[self->index_] = value;
	}

	static unsigned char *Text()
	{
		return static_cast<unsigned char *>(page_table_host_physical(address_physical(0xB8000), 80 * 25 * 2));
	}

	static unsigned char *Pixels()
	{
		return static_cast<unsigned char *>(
			page_table_host_physical(address_physical(kFramebufferStart), kPitch * kHeight));
	}

	static std::string TextRow(int row)
	{
		std::string text;
		for (int column = 0; column < 80; column++)
			text += static_cast<char>(Text()[(row * 80 + column) * 2]);
		text.erase(text.find_last_not_of(' ') + 1);
		return text;
	}

	static uint32_t Pixel(uint32_t x, uint32_t y)
	{
		uint32_t pixel;
		std::memcpy(&pixel, Pixels() + y * kPitch + x * 4, 4);
		return pixel;
	}

	// Whether the cell shows the character in these colours.
	static bool Shows(uint32_t column, uint32_t row, uint32_t character, uint32_t foreground, uint32_t background)
	{
		const struct screen_font_glyph *glyph = screen_font_find(character);
		for (uint32_t y = 0; y < 16; y++) {
			for (uint32_t x = 0; x < 8; x++) {
				uint32_t expected = glyph->rows[y] >> (7 - x) & 1 ? foreground : background;
				if (Pixel(column * 8 + x, row * 16 + y) != expected)
					return false;
			}
		}
		return true;
	}

	static constexpr uint32_t kWhite = 0xE5E5E5, kBlack = 0, kRed = 0xCD0000;
	struct boot_framebuffer text_ = {}, pixels_ = {};
	std::map<uint32_t, uint32_t> registers_;
	uint32_t index_ = 0;
};

TEST_F(Screen, NothingHappensWhileItIsNotOpen)
{
	screen_write(TEXT("lost"));
	screen_close();
	EXPECT_EQ(screen_columns(), 0u);
	EXPECT_EQ(Text()[0], 0xEE);
}

TEST_F(Screen, TheTextScreenIsClearedAndWrittenTo)
{
	ASSERT_EQ(screen_open(&text_), STATUS_OK);
	EXPECT_EQ(screen_columns(), 80u);
	EXPECT_EQ(TextRow(24), "");
	screen_write(TEXT("Ariadne\n  holds the \033[31mthread\033[m"));
	EXPECT_EQ(TextRow(0), "Ariadne");
	EXPECT_EQ(TextRow(1), "  holds the thread");
	EXPECT_EQ(Text()[(80 + 12) * 2 + 1], 0x04); // red
	EXPECT_EQ(registers_[0x0E] << 8 | registers_[0x0F], 80u + 18);
	screen_write(TEXT("\033[?25l"));
	EXPECT_EQ(registers_[0x0A] & 0x20, 0x20u);
	screen_write(TEXT("\033[?25h"));
	EXPECT_EQ(registers_[0x0A] & 0x20, 0u);
}

TEST_F(Screen, ATextScreenThatTheLoaderNamesIsTheSame)
{
	text_.kind = BOOT_FRAMEBUFFER_TEXT;
	text_.start = 0xB8000;
	text_.width = 80;
	text_.height = 25;
	ASSERT_EQ(screen_open(&text_), STATUS_OK);
	screen_write(TEXT("x"));
	EXPECT_EQ(TextRow(0), "x");
}

TEST_F(Screen, AFramebufferIsClearedAndDrawnOn)
{
	ASSERT_EQ(screen_open(&pixels_), STATUS_OK);
	EXPECT_EQ(screen_columns(), 41u); // 335 / 8
	for (uint32_t y = 0; y < kHeight; y++) {
		for (uint32_t x = 16; x < kWidth; x++)
			ASSERT_EQ(Pixel(x, y), kBlack) << x << ", " << y;
		ASSERT_EQ(Pixel(kWidth, y), 0xEEEEEEEEu) << "beyond the right edge";
	}
	EXPECT_TRUE(Shows(0, 0, ' ', kBlack, kWhite)); // the cursor
	screen_write(TEXT("A\033[31mB\033[7mC"));
	EXPECT_TRUE(Shows(0, 0, 'A', kWhite, kBlack));
	EXPECT_TRUE(Shows(1, 0, 'B', kRed, kBlack));
	EXPECT_TRUE(Shows(2, 0, 'C', kBlack, kRed));
	EXPECT_TRUE(Shows(3, 0, ' ', kBlack, kWhite));
	for (int i = 0; i < 6; i++) // there are six rows
		screen_write(TEXT("\n"));
	EXPECT_TRUE(Shows(0, 0, ' ', kWhite, kBlack)) << "it did not scroll";
	EXPECT_TRUE(Shows(0, 5, ' ', kBlack, kWhite));
}

TEST_F(Screen, OnlyOneIsOpenAtATimeAndItCanBeOpenedAgain)
{
	ASSERT_EQ(screen_open(&text_), STATUS_OK);
	EXPECT_EQ(screen_open(&pixels_), STATUS_EXISTS);
	screen_write(TEXT("first"));
	screen_close();
	EXPECT_EQ(TextRow(0), "first") << "closing must leave the picture";
	screen_write(TEXT("lost"));
	ASSERT_EQ(screen_open(&text_), STATUS_OK);
	screen_write(TEXT("second"));
	EXPECT_EQ(TextRow(0), "second");
}

TEST_F(Screen, ClosingGivesEverythingBack)
{
	struct frame_statistics frames = frame_allocator_statistics();
	struct page_statistics pages = page_allocator_statistics(PAGE_REGION_GENERAL);
	for (const struct boot_framebuffer *kind : {&text_, &pixels_}) {
		ASSERT_EQ(screen_open(kind), STATUS_OK);
		EXPECT_NE(frame_allocator_statistics().claimed_frames, frames.claimed_frames);
		screen_close();
		EXPECT_EQ(frame_allocator_statistics().claimed_frames, frames.claimed_frames);
		EXPECT_EQ(frame_allocator_statistics().free_frames, frames.free_frames);
		EXPECT_EQ(page_allocator_statistics(PAGE_REGION_GENERAL).free_pages, pages.free_pages);
	}
}

TEST_F(Screen, WhatCannotBeDrawnOnIsRefusedAndNothingStaysMapped)
{
	struct frame_statistics frames = frame_allocator_statistics();
	struct boot_framebuffer bad = pixels_;
	bad.bits_per_pixel = 24;
	EXPECT_EQ(screen_open(&bad), STATUS_UNSUPPORTED);
	bad = pixels_;
	bad.width = 7;
	EXPECT_EQ(screen_open(&bad), STATUS_UNSUPPORTED);
	bad = pixels_;
	bad.start = 0x200000; // usable memory
	EXPECT_EQ(screen_open(&bad), STATUS_REFUSED);
	EXPECT_EQ(screen_columns(), 0u);
	EXPECT_EQ(frame_allocator_statistics().claimed_frames, frames.claimed_frames);
	EXPECT_EQ(frame_allocator_statistics().free_frames, frames.free_frames);
	EXPECT_EQ(screen_open(&pixels_), STATUS_OK);
}

TEST_F(Screen, NobodyIsDrawingBetweenTwoCalls)
{
	EXPECT_FALSE(screen_is_busy());
	ASSERT_EQ(screen_open(&text_), STATUS_OK);
	screen_write(TEXT("x"));
	EXPECT_FALSE(screen_is_busy());
}

} // namespace
