#include "tools/font_extract/pf2.h"

#include <string.h>

enum {
	SECTION_HEADER_BYTES = 8, // name, length
	INDEX_ENTRY_BYTES = 9,    // code point, flags, offset
	GLYPH_HEADER_BYTES = 10,  // width, height, x and y offset, device width
	FLAG_COMPRESSION = 7,
};

static bool has(const struct pf2_font *font, size_t offset, size_t size_bytes)
{
	return offset <= font->size_bytes && size_bytes <= font->size_bytes - offset;
}

static uint32_t read_u32(const struct pf2_font *font, size_t offset)
{
	const unsigned char *at = font->data + offset;
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint16_t read_u16(const struct pf2_font *font, size_t offset)
{
	return (uint16_t)(font->data[offset] << 8 | font->data[offset + 1]);
}

static bool is_called(const struct pf2_font *font, size_t section, const char *name)
{
	return memcmp(font->data + section, name, 4) == 0;
}

const char *pf2_open(const void *data, size_t size_bytes, struct pf2_font *font)
{
	*font = (struct pf2_font){.data = data, .size_bytes = size_bytes};
	static const unsigned char magic[] = {'F', 'I', 'L', 'E', 0, 0, 0, 4, 'P', 'F', 'F', '2'};
	if (size_bytes < sizeof magic || memcmp(data, magic, sizeof magic) != 0)
		return "this is no PF2 font";
	bool has_ascent = false;
	for (size_t at = sizeof magic; has(font, at, SECTION_HEADER_BYTES) && !is_called(font, at, "DATA");) {
		size_t length = read_u32(font, at + 4);
		size_t content = at + SECTION_HEADER_BYTES;
		if (!has(font, content, length))
			return "a section ends beyond the file";
		if (is_called(font, at, "CHIX")) {
			font->index_offset = content;
			font->glyph_count = length / INDEX_ENTRY_BYTES;
		} else if (is_called(font, at, "ASCE") && length >= 2) {
			font->ascent = read_u16(font, content);
			has_ascent = true;
		}
		at = content + length;
	}
	if (font->glyph_count == 0)
		return "there is no index of characters";
	return has_ascent ? NULL : "the ascent is missing";
}

// The offset of the character's glyph; 0 if there is none. The index is sorted.
static size_t find(const struct pf2_font *font, uint32_t character)
{
	size_t from = 0;
	size_t to = font->glyph_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		size_t entry = font->index_offset + middle * INDEX_ENTRY_BYTES;
		uint32_t code = read_u32(font, entry);
		if (code == character)
			return (font->data[entry + 4] & FLAG_COMPRESSION) == 0 ? read_u32(font, entry + 5) : 0;
		if (code < character)
			from = middle + 1;
		else
			to = middle;
	}
	return 0;
}

const char *pf2_draw(const struct pf2_font *font, uint32_t character, struct pf2_cell *cell)
{
	size_t glyph = find(font, character);
	if (glyph == 0)
		return "the font has no such character";
	if (!has(font, glyph, GLYPH_HEADER_BYTES))
		return "the glyph lies beyond the file";
	unsigned width = read_u16(font, glyph);
	unsigned height = read_u16(font, glyph + 2);
	int left = (int16_t)read_u16(font, glyph + 4);
	// The offset counts upwards from the base line to the glyph's lowest row.
	int top = (int)font->ascent - (int16_t)read_u16(font, glyph + 6) - (int)height;
	if (left < 0 || top < 0 || left + (int)width > PF2_CELL_WIDTH || top + (int)height > PF2_CELL_HEIGHT)
		return "the glyph does not fit its cell";
	size_t bitmap = glyph + GLYPH_HEADER_BYTES;
	if (!has(font, bitmap, (width * height + 7) / 8))
		return "the glyph's bitmap ends beyond the file";
	memset(cell, 0, sizeof *cell);
	for (unsigned dot = 0; dot < width * height; dot++) {
		bool is_set = font->data[bitmap + dot / 8] >> (7 - dot % 8) & 1;
		unsigned column = (unsigned)left + dot % width;
		if (is_set)
			cell->rows[(unsigned)top + dot / width] |= (uint8_t)(0x80 >> column);
	}
	return NULL;
}
