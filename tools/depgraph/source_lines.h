// Looks into the source of a cell: counts lines and raw operations, finds where a symbol is used.
//
// A raw operation is one that the compiler cannot check: RAW, RAW_POINTER and assembly. Their number per 1,000 lines is
// published and may only fall.
//
// Context: host only; reads files.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct source_lines {
	size_t lines; // that hold more than blanks and comments, in .c, .h and .S files; tests do not count
	size_t raw;
};

// Counts in ROOT/cells/GROUP/NAME. False: there is no such directory.
bool source_lines_count(const char *root, const char *group, const char *name, struct source_lines *count);

// Counts in a text; `assembly` says that every line of code is a raw operation.
void source_lines_of_text(const char *text, bool assembly, struct source_lines *count);

// The first place where the source of a cell has `word` outside comments and strings, else in an #include line; as
// "cells/GROUP/NAME/FILE:LINE". Files are looked through in the order of their names. False: nowhere.
enum { SOURCE_PLACE_BYTES = 512 };
bool source_find(
	const char *root, const char *group, const char *name, const char *word, char place[SOURCE_PLACE_BYTES]);

// The same in the cell's public header alone.
bool source_find_export(
	const char *root, const char *group, const char *name, const char *word, char place[SOURCE_PLACE_BYTES]);

// Where ROOT/cells/GROUP/NAME/BUILD names the cell `to` as a label. False: nowhere.
bool source_find_declaration(
	const char *root, const char *group, const char *name, const char *to, char place[SOURCE_PLACE_BYTES]);

#ifdef __cplusplus
}
#endif
