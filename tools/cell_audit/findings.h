// What was found wrong with an object.
#pragma once

#include <stddef.h>

struct findings {
	const char *cell; // its name, in front of every message
	size_t count;
};

// Prints "error: cell CELL: MESSAGE" and counts it.
__attribute__((format(printf, 2, 3))) void report(struct findings *findings, const char *format, ...);
