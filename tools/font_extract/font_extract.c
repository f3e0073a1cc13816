// font_extract FONT.pf2 OUT.c HEADER SYMBOL FIRST-LAST...
//
// Writes a C source with the glyphs of the given ranges of characters (hexadecimal, both ends included), in the order
// given, as cells of 8 by 16 dots: the array SYMBOL of struct SYMBOL's element, declared in HEADER. A character that
// the font lacks, or whose glyph is larger than a cell, is an error.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/font_extract/pf2.h"

static void *read_file(const char *path, size_t *size_bytes)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	size_t capacity = 1 << 20;
	unsigned char *data = malloc(capacity);
	*size_bytes = 0;
	while (data) {
		*size_bytes += fread(data + *size_bytes, 1, capacity - *size_bytes, file);
		if (*size_bytes < capacity)
			break;
		capacity *= 2;
		unsigned char *larger = realloc(data, capacity);
		if (!larger)
			free(data);
		data = larger;
	}
	if (data && ferror(file)) {
		free(data);
		data = NULL;
	}
	fclose(file);
	return data;
}

static int write_glyph(FILE *out, const struct pf2_font *font, uint32_t character)
{
	struct pf2_cell cell;
	const char *wrong = pf2_draw(font, character, &cell);
	if (wrong) {
		fprintf(stderr, "font_extract: U+%04" PRIX32 ": %s\n", character, wrong);
		return 1;
	}
	fprintf(out, "\t{{");
	for (size_t row = 0; row < PF2_CELL_HEIGHT; row++)
		fprintf(out, "%s0x%02X", row == 0 ? "" : ", ", cell.rows[row]);
	fprintf(out, "}}, // U+%04" PRIX32 "\n", character);
	return 0;
}

static int write_range(FILE *out, const struct pf2_font *font, const char *range)
{
	char *end;
	unsigned long first = strtoul(range, &end, 16);
	unsigned long last = *end == '-' ? strtoul(end + 1, &end, 16) : first;
	if (*end != '\0' || first > last || last > 0x10FFFF) {
		fprintf(stderr, "font_extract: '%s' is no range of characters\n", range);
		return 1;
	}
	int failures = 0;
	for (unsigned long character = first; character <= last; character++)
		failures += write_glyph(out, font, (uint32_t)character);
	return failures;
}

int main(int argc, char **argv)
{
	if (argc < 6) {
		fprintf(stderr, "usage: font_extract FONT.pf2 OUT.c HEADER SYMBOL FIRST-LAST...\n");
		return 64;
	}
	size_t size_bytes;
	void *data = read_file(argv[1], &size_bytes);
	struct pf2_font font;
	const char *wrong = data ? pf2_open(data, size_bytes, &font) : "it cannot be read";
	if (wrong) {
		fprintf(stderr, "font_extract: %s: %s\n", argv[1], wrong);
		return 65;
	}
	FILE *out = fopen(argv[2], "w");
	if (!out) {
		fprintf(stderr, "font_extract: %s cannot be written\n", argv[2]);
		return 65;
	}
	fprintf(out, "// Made by font_extract. The glyphs are those of GRUB's font.\n#include \"%s\"\n\n", argv[3]);
	fprintf(out, "const struct screen_font_glyph %s[] = {\n", argv[4]);
	int failures = 0;
	for (int i = 5; i < argc; i++)
		failures += write_range(out, &font, argv[i]);
	fprintf(out, "};\n");
	if (fclose(out) != 0) {
		fprintf(stderr, "font_extract: %s cannot be written\n", argv[2]);
		return 65;
	}
	free(data);
	return failures == 0 ? 0 : 65;
}
