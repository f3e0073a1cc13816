// From a frame to its caller: what the registers were before the call.
//
// The stack is read through a view, so that no frame, however wrong, leads outside of it; and every step goes up, so
// that a walk ends.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: DWARF 5, sections 2.5 (expressions) and 6.4.3 (use of call frame information).
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/unwind/frame_information/frame_information.h"

struct stack_walk_registers {
	uint64_t values[FRAME_REGISTER_COUNT]; // by enum frame_register
};

// The part of a stack that may be read, in words of 8 bytes.
SLICE_TYPE(stack_walk_words, const uint64_t);
struct stack_walk_stack {
	struct stack_walk_words words;
	uint64_t address; // of the first
};

#ifdef __cplusplus
extern "C" {
#endif

// The caller's registers, by the rules for the instruction at which `here` stands. `caller` may not be `here`; it is
// written on success only. STATUS_END: the rules say that there is no caller. STATUS_MALFORMED: the rules lead outside
// of the stack or not upwards, or an expression is unsound. STATUS_UNSUPPORTED: an operation that no cell has.
MUST_USE enum status stack_walk_step(const struct frame_row *row, const struct stack_walk_stack *stack,
	const struct stack_walk_registers *here, struct stack_walk_registers *caller, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
