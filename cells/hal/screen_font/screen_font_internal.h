// The glyphs, which the build makes: see BUILD for the ranges, which screen_font.c repeats.
#pragma once

#include "cells/hal/screen_font/screen_font.h"

enum { SCREEN_FONT_GLYPHS = 570 };

INTERNAL extern const struct screen_font_glyph screen_font_glyphs[SCREEN_FONT_GLYPHS];
