// What the parts of this cell share: replacing, looking for what is left, and what only assembly can do.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

enum {
	REPLACEMENT_RANGES_MAX = 64, // ranges of memory that nothing may point into
	REPLACEMENT_REGISTERS = 16,
};

// Ranges as numbers of pages: an address of the image, kept anywhere, would be a pointer into it.
struct replacement_range {
	uint64_t first_page;
	uint64_t page_count;
};

struct replacement_ranges {
	size_t count;
	struct replacement_range ranges[REPLACEMENT_RANGES_MAX];
};

// A pointer that should not be there.
struct replacement_finding {
	uint64_t place; // where it is
	uint64_t value;
};

#ifdef __cplusplus
extern "C" {
#endif

// ---- replacement_scan.c ----

// Panics when there is no room.
INTERNAL void replacement_add_range(struct replacement_ranges *ranges, uint64_t first_page, uint64_t page_count);

// The same; pages that overlap or follow the range that was added last make that one longer.
INTERNAL void replacement_add_range_once(struct replacement_ranges *ranges, uint64_t first_page, uint64_t page_count);

INTERNAL bool replacement_is_inside(const struct replacement_ranges *ranges, uint64_t value);

// The first word, at each multiple of `step` from `start` on, that points into a range.
INTERNAL bool replacement_scan(const struct replacement_ranges *ranges, uint64_t start, uint64_t size_bytes,
	uint64_t step, struct replacement_finding *finding);

// The first gate of an interrupt table that leads into a range.
INTERNAL bool replacement_scan_gates(
	const struct replacement_ranges *ranges, struct bytes gates, struct replacement_finding *finding);

// ---- replacement_verify.c ----

// Looks everywhere; panics with the first thing that should not be there.
INTERNAL void replacement_verify(const struct replacement_ranges *ranges);

// ---- replacement_switch.c ----

// Leaves the stack for another one, of which `stack_top` is the end, clears the registers, and goes to `function`, a
// `void f(uintptr_t)`, which finds no caller.
INTERNAL __attribute__((noreturn)) void replacement_switch(uintptr_t stack_top, uintptr_t function, uintptr_t argument);

// Where the processor says its tables are.
struct replacement_tables {
	uint64_t segments;
	uint64_t interrupts;
};
INTERNAL void replacement_read_tables(struct replacement_tables *tables);

// What the registers hold.
INTERNAL void replacement_read_registers(uint64_t (*registers)[REPLACEMENT_REGISTERS]);

// Zeros where functions that have returned left their words, so that they are not taken for live ones.
INTERNAL void replacement_clear_stack_below(void);

#ifdef __cplusplus
}
#endif
