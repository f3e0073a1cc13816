// Where a function's clean-ups begin: the table of its call sites (in .gcc_except_table), read without trust.
//
// The compiler lists which stretches of a function have which *landing pad*: the place that runs the clean-ups of the
// variables that are alive there and then calls _Unwind_Resume. C has clean-ups only, nothing catches, so the types
// and actions that the table may also hold mean nothing here (as for GCC's __gcc_personality_v0): whatever has a
// landing pad is landed at.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: Itanium C++ ABI, "Exception Handling Tables"; GCC, libgcc/unwind-c.c.
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"

struct call_site_table {
	struct bytes content; // from the table's first byte on; what follows it may be in the view
	uint64_t address;     // where it lies in the running system
	uint64_t function_start;
	uint64_t function_size_bytes;
};

#ifdef __cplusplus
extern "C" {
#endif

// The landing pad for the instruction at `address`, which lies in the function; 0: nothing is to be done there.
// STATUS_MALFORMED: the table breaks the format, or leads out of the function. STATUS_UNSUPPORTED: an encoding that no
// cell has.
MUST_USE enum status call_site_table_find(
	const struct call_site_table *table, uint64_t address, uint64_t *landing_pad, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
