#include "cells/hal/framebuffer/framebuffer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <stdexcept>
#include <vector>

namespace
{

// A picture of 40 by 20 pixels in lines of 48.
class Framebuffer : public ::testing::Test
{
      protected:
	Framebuffer() : memory_(kPitch * kHeight, 0xEE)
	{
		format_.width = kWidth;
		format_.height = kHeight;
		format_.pitch_bytes = kPitch;
		format_.bits_per_pixel = 32;
		format_.red = {16, 8};
		format_.green = {8, 8};
		format_.blue = {0, 8};
		EXPECT_EQ(framebuffer_open(&format_, Memory(), &framebuffer_), STATUS_OK);
	}

	struct bytes_mut Memory()
	{
		return bytes_mut_from(memory_.data(), memory_.size());
	}

	uint32_t Pixel(size_t x, size_t y)
	{
		uint32_t pixel;
		std::memcpy(&pixel, &memory_[y * kPitch + x * 4], 4);
		return pixel;
	}

	// Every pixel of every line, also beyond the picture's right edge, is what `expected` says.
	void ExpectPixels(const std::function<uint32_t(size_t x, size_t y)> &expected)
	{
		for (size_t y = 0; y < kHeight; y++) {
			for (size_t x = 0; x < kPitch / 4; x++)
				ASSERT_EQ(Pixel(x, y), expected(x, y)) << x << ", " << y;
		}
	}

	static constexpr size_t kWidth = 40, kHeight = 20, kPitch = 48 * 4;
	static constexpr uint32_t kUntouched = 0xEEEEEEEE;
	std::vector<unsigned char> memory_;
	struct framebuffer_format format_ = {};
	struct framebuffer framebuffer_ = {};
};

TEST_F(Framebuffer, ARectangleIsFilledAndNothingElse)
{
	framebuffer_fill(&framebuffer_, 3, 2, 5, 4, 0x123456);
	ExpectPixels([](size_t x, size_t y) { return x >= 3 && x < 8 && y >= 2 && y < 6 ? 0x123456u : kUntouched; });
}

TEST_F(Framebuffer, ARectangleIsCutAtTheEdges)
{
	framebuffer_fill(&framebuffer_, 35, 18, 1000, SIZE_MAX, 7);
	ExpectPixels([](size_t x, size_t y) { return x >= 35 && x < kWidth && y >= 18 ? 7u : kUntouched; });
	framebuffer_fill(&framebuffer_, 40, 0, 1, 1, 9);
	framebuffer_fill(&framebuffer_, 0, 20, 1, 1, 9);
	framebuffer_fill(&framebuffer_, SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, 9);
	ExpectPixels([](size_t x, size_t y) { return x >= 35 && x < kWidth && y >= 18 ? 7u : kUntouched; });
}

TEST_F(Framebuffer, AGlyphIsDrawnDotByDot)
{
	struct screen_font_glyph glyph = {};
	for (int row = 0; row < SCREEN_FONT_HEIGHT; row++)
		glyph.rows[row] = static_cast<uint8_t>(0x80 >> row % 8 | row);
	framebuffer_draw_glyph(&framebuffer_, 32, 4, &glyph, 1, 2);
	ExpectPixels([&glyph](size_t x, size_t y) -> uint32_t {
		if (x < 32 || x >= 40 || y < 4)
			return kUntouched;
		return glyph.rows[y - 4] >> (39 - x) & 1 ? 1 : 2;
	});
}

TEST_F(Framebuffer, AGlyphOutsideThePictureIsAPanic)
{
	struct screen_font_glyph glyph = {};
	EXPECT_THROW(framebuffer_draw_glyph(&framebuffer_, 33, 0, &glyph, 1, 2), std::runtime_error);
	EXPECT_THROW(framebuffer_draw_glyph(&framebuffer_, 0, 5, &glyph, 1, 2), std::runtime_error);
	EXPECT_THROW(framebuffer_draw_glyph(&framebuffer_, SIZE_MAX, 0, &glyph, 1, 2), std::runtime_error);
}

TEST_F(Framebuffer, ColoursAreScaledToTheirBits)
{
	EXPECT_EQ(framebuffer_pixel(&framebuffer_, {0x12, 0x34, 0x56}), 0x123456u);
	struct framebuffer other = framebuffer_;
	other.format.red = {0, 5};
	other.format.green = {5, 6};
	other.format.blue = {11, 10};
	EXPECT_EQ(framebuffer_pixel(&other, {255, 0, 0}), 0x1Fu);
	EXPECT_EQ(framebuffer_pixel(&other, {0, 255, 0}), 0x3Fu << 5);
	EXPECT_EQ(framebuffer_pixel(&other, {0, 0, 255}), 0x3FFu << 11);
	EXPECT_EQ(framebuffer_pixel(&other, {128, 0, 0}), 15u);
}

TEST_F(Framebuffer, WhatItCannotDrawIntoIsRefused)
{
	const std::vector<std::function<void(struct framebuffer_format &)>> changes = {
		[](auto &format) { format.bits_per_pixel = 24; },
		[](auto &format) { format.bits_per_pixel = 8; },
		[](auto &format) { format.width = 0; },
		[](auto &format) { format.height = 0; },
		[](auto &format) { format.pitch_bytes = format.width * 4 - 1; },
		[](auto &format) { format.width = UINT32_MAX; },
		[](auto &format) {
			format.red = {25, 8};
		},
		[](auto &format) {
			format.green = {0, 0};
		},
		[](auto &format) {
			format.blue = {255, 255};
		},
	};
	for (size_t i = 0; i < changes.size(); i++) {
		struct framebuffer_format format = format_;
		changes[i](format);
		size_t size_bytes = 77;
		EXPECT_EQ(framebuffer_size_bytes(&format, &size_bytes), STATUS_UNSUPPORTED) << i;
		EXPECT_EQ(size_bytes, 77u);
		EXPECT_EQ(framebuffer_open(&format, Memory(), &framebuffer_), STATUS_UNSUPPORTED) << i;
	}
	struct framebuffer_format huge = format_;
	huge.pitch_bytes = huge.height = UINT32_MAX;
	size_t size_bytes = 77;
	EXPECT_EQ(framebuffer_size_bytes(&huge, &size_bytes), STATUS_OUT_OF_RANGE);
}

TEST_F(Framebuffer, MemoryThatIsTooSmallIsRefused)
{
	size_t size_bytes = 0;
	ASSERT_EQ(framebuffer_size_bytes(&format_, &size_bytes), STATUS_OK);
	EXPECT_EQ(size_bytes, kPitch * kHeight);
	EXPECT_EQ(framebuffer_open(&format_, bytes_mut_from(memory_.data(), size_bytes - 1), &framebuffer_),
		STATUS_OUT_OF_RANGE);
}

} // namespace
