// Counts lines and raw operations in the source of a cell.
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

#ifdef __cplusplus
}
#endif
