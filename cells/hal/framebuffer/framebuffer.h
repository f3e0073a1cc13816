// A linear framebuffer of 32 bits a pixel: filled rectangles and glyphs.
//
// The caller maps the memory and passes it in with what the boot loader tells of it. Nothing is ever read back, as such
// memory is slow to read.
//
// Context: no allocation, no lock; one user at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/hal/screen_font/screen_font.h"

// Where a colour's bits lie in a pixel.
struct framebuffer_channel {
	uint8_t position;
	uint8_t size_bits;
};

// What a framebuffer is like.
struct framebuffer_format {
	uint32_t width; // pixels
	uint32_t height;
	uint32_t pitch_bytes; // from one line to the next
	uint8_t bits_per_pixel;
	struct framebuffer_channel red, green, blue;
};

struct framebuffer {
	struct bytes_mut memory;
	struct framebuffer_format format;
};

// Parts of 255.
struct framebuffer_colour {
	uint8_t red, green, blue;
};

#ifdef __cplusplus
extern "C" {
#endif

// The bytes that such a framebuffer takes. STATUS_UNSUPPORTED: not 32 bits a pixel, a channel beyond those bits, lines
// that overlap, or no pixel at all. STATUS_OUT_OF_RANGE: it does not fit an address space.
MUST_USE enum status framebuffer_size_bytes(const struct framebuffer_format *format, size_t *size_bytes);

// STATUS_OUT_OF_RANGE: `memory` is smaller than that. Else as above.
MUST_USE enum status framebuffer_open(
	const struct framebuffer_format *format, struct bytes_mut memory, struct framebuffer *framebuffer);

// The pixel of a colour.
uint32_t framebuffer_pixel(const struct framebuffer *framebuffer, struct framebuffer_colour colour);

// Fills a rectangle; what lies outside of the picture is left out.
void framebuffer_fill(
	const struct framebuffer *framebuffer, size_t left, size_t top, size_t width, size_t height, uint32_t pixel);

// Draws a glyph and its background with its top left dot at the given pixel. Panics if it does not fit the picture.
void framebuffer_draw_glyph(const struct framebuffer *framebuffer, size_t left, size_t top,
	const struct screen_font_glyph *glyph, uint32_t foreground, uint32_t background);

#ifdef __cplusplus
}
#endif
