// The lines that were entered before, newest first, in a fixed amount of memory.
//
// Context: pure; no allocation, no lock; callable from anywhere.
#pragma once

#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"

enum {
	LINE_HISTORY_LINES = 64,
	LINE_HISTORY_LINE_CAPACITY = 256, // with the terminating zero
};

// Begins as {}.
struct line_history {
	char lines[LINE_HISTORY_LINES][LINE_HISTORY_LINE_CAPACITY];
	size_t count;
	size_t next; // where the next line goes
};

#ifdef __cplusplus
extern "C" {
#endif

// Keeps a copy of `line`, at the cost of the oldest one. Not kept are blank lines, lines that do not fit, and a line
// that is the same as the newest.
void line_history_add(struct line_history *history, struct text line);

// The line that was entered `age` lines ago (0: the newest). The view is good until the next line is added.
// STATUS_NOT_FOUND: there are not so many.
MUST_USE enum status line_history_get(const struct line_history *history, size_t age, struct text *line);

#ifdef __cplusplus
}
#endif
