#include "cells/hal/screen_font/screen_font.h"

#include "cells/hal/screen_font/screen_font_internal.h"

enum { REPLACEMENT = 0xFFFD };

// The same ranges in the same order as in BUILD. A count that is wrong does not compile; the test knows glyphs of each.
static const struct {
	uint16_t first, last;
} ranges[] = {
	{0x0020, 0x007E}, // ASCII
	{0x00A0, 0x00AC}, // Latin-1, Latin Extended-A
	{0x00AE, 0x017F}, // (the soft hyphen between them has no glyph of this size)
	{0x0391, 0x03A1}, // Greek
	{0x03A3, 0x03C9},
	{0x2010, 0x2027}, // punctuation
	{0x20AC, 0x20AC}, // euro
	{0x2190, 0x2193}, // arrows
	{0x2260, 0x2265}, // comparisons
	{0x2500, 0x259F}, // boxes and blocks
	{REPLACEMENT, REPLACEMENT},
};

const struct screen_font_glyph *screen_font_find(uint32_t character)
{
	size_t before = 0; // glyphs of the ranges before this one
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		uint32_t first = AT(ranges, i).first;
		uint32_t last = AT(ranges, i).last;
		if (character >= first && character <= last)
			return &AT(screen_font_glyphs, before + (character - first));
		before += last - first + 1;
	}
	return &AT(screen_font_glyphs, SCREEN_FONT_GLYPHS - 1);
}
