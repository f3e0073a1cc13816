#include "cells/hal/framebuffer/framebuffer.h"

#include "cells/base/panic/panic.h"

enum { PIXEL_BYTES = 4, PIXEL_BITS = 32 };

static bool channel_fits(struct framebuffer_channel channel)
{
	return channel.size_bits >= 1 && channel.size_bits <= 16 && channel.position + channel.size_bits <= PIXEL_BITS;
}

enum status framebuffer_size_bytes(const struct framebuffer_format *format, size_t *size_bytes)
{
	bool channels_fit = channel_fits(format->red) && channel_fits(format->green) && channel_fits(format->blue);
	if (format->bits_per_pixel != PIXEL_BITS || !channels_fit)
		return STATUS_UNSUPPORTED;
	if (format->width == 0 || format->height == 0 || format->pitch_bytes / PIXEL_BYTES < format->width)
		return STATUS_UNSUPPORTED;
	uint64_t size = (uint64_t)format->pitch_bytes * format->height;
	if (size > INT64_MAX / 2)
		return STATUS_OUT_OF_RANGE;
	*size_bytes = size;
	return STATUS_OK;
}

enum status framebuffer_open(
	const struct framebuffer_format *format, struct bytes_mut memory, struct framebuffer *framebuffer)
{
	size_t size_bytes = 0;
	TRY(framebuffer_size_bytes(format, &size_bytes));
	if (memory.size_bytes < size_bytes)
		return STATUS_OUT_OF_RANGE;
	*framebuffer = (struct framebuffer){memory, *format};
	return STATUS_OK;
}

static uint32_t channel_bits(struct framebuffer_channel channel, uint8_t value)
{
	uint32_t largest = (1u << channel.size_bits) - 1;
	return (uint32_t)value * largest / UINT8_MAX << channel.position;
}

uint32_t framebuffer_pixel(const struct framebuffer *framebuffer, struct framebuffer_colour colour)
{
	const struct framebuffer_format *format = &framebuffer->format;
	return channel_bits(format->red, colour.red) | channel_bits(format->green, colour.green) |
	       channel_bits(format->blue, colour.blue);
}

static void write_pixel(struct bytes_mut line, size_t column, uint32_t pixel)
{
	if (bytes_write_u32(line, column * PIXEL_BYTES, pixel) != STATUS_OK)
		panic("pixel %zu lies outside its line", column);
}

// The pixels of line `top` from `left` on.
static struct bytes_mut line_at(const struct framebuffer *framebuffer, size_t left, size_t top, size_t width)
{
	const struct framebuffer_format *format = &framebuffer->format;
	struct bytes_mut line = {};
	size_t offset = top * format->pitch_bytes + left * PIXEL_BYTES;
	if (top >= format->height || left >= format->width || width > format->width - left ||
		bytes_mut_slice(framebuffer->memory, offset, width * PIXEL_BYTES, &line) != STATUS_OK)
		panic("%zu pixels at %zu, %zu lie outside the picture", width, left, top);
	return line;
}

void framebuffer_fill(
	const struct framebuffer *framebuffer, size_t left, size_t top, size_t width, size_t height, uint32_t pixel)
{
	const struct framebuffer_format *format = &framebuffer->format;
	if (left >= format->width || top >= format->height)
		return;
	if (width > format->width - left)
		width = format->width - left;
	if (height > format->height - top)
		height = format->height - top;
	for (size_t y = 0; y < height; y++) {
		struct bytes_mut line = line_at(framebuffer, left, top + y, width);
		for (size_t x = 0; x < width; x++)
			write_pixel(line, x, pixel);
	}
}

void framebuffer_draw_glyph(const struct framebuffer *framebuffer, size_t left, size_t top,
	const struct screen_font_glyph *glyph, uint32_t foreground, uint32_t background)
{
	for (size_t y = 0; y < SCREEN_FONT_HEIGHT; y++) {
		// One line of the glyph is put together here and copied as one piece.
		uint32_t pixels[SCREEN_FONT_WIDTH];
		unsigned dots = AT(glyph->rows, y);
		for (size_t x = 0; x < SCREEN_FONT_WIDTH; x++)
			AT(pixels, x) = dots << x & 0x80 ? foreground : background;
		bytes_copy(line_at(framebuffer, left, top + y, SCREEN_FONT_WIDTH), bytes_from(pixels, sizeof pixels));
	}
}
