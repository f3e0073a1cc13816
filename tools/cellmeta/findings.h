// Mistakes found in a cell, gathered so that one run shows them all.
//
// Each is one line "WHERE: error: WHAT", where WHERE is the file to change.
#pragma once

#include <stddef.h>

#include "tools/cellmeta/list.h"

struct findings {
	LIST(char *) lines;
};

#ifdef __cplusplus
extern "C" {
#endif

__attribute__((format(printf, 3, 4))) void findings_add(
	struct findings *findings, const char *where, const char *format, ...);

// Writes the lines, in the order in which they were added, to the standard error, and returns how many there are.
size_t findings_print(const struct findings *findings);

#ifdef __cplusplus
}
#endif
