// A font for framebuffers: one cell of 8 by 16 dots for each character.
//
// The glyphs are taken out of GRUB's own font (GNU Unifont) when the system is built: Latin, Greek, punctuation,
// arrows, and what boxes are drawn with.
//
// Context: pure; no allocation, no lock; callable from anywhere.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

enum { SCREEN_FONT_WIDTH = 8, SCREEN_FONT_HEIGHT = 16 };

// From the top; bit 7 of a row is its leftmost dot.
struct screen_font_glyph {
	uint8_t rows[SCREEN_FONT_HEIGHT];
};

#ifdef __cplusplus
extern "C" {
#endif

// The glyph of a Unicode character. What the font lacks gets the glyph of U+FFFD.
const struct screen_font_glyph *screen_font_find(uint32_t character);

#ifdef __cplusplus
}
#endif
