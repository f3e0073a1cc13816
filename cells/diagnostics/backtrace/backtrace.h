// Who called whom: return addresses, found by following the frame pointers.
//
// All code of the system keeps frame pointers, so no tables are needed, and a walk works in the worst of states. It
// trusts nothing: it stops at the first frame that is not aligned, not above the one before, or too far from the first.
//
// Context: no allocation, no lock; callable from anywhere. It reads the stack that it is pointed at: a first frame in
// memory that is not mapped is a page fault.
// Source: System V ABI, AMD64 supplement, section 3.2.2 (the stack frame).
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	BACKTRACE_CAPACITY = 32,              // frames; deeper ones are left out
	BACKTRACE_STACK_BYTES_MAX = 64 << 10, // what lies further from the first frame is left out
};

struct backtrace {
	size_t count;
	uintptr_t addresses[BACKTRACE_CAPACITY]; // return addresses, innermost first
};

#ifdef __cplusplus
extern "C" {
#endif

// Walks from the frame at `frame_pointer` outwards. The result has no frame if that is not a frame.
void backtrace_walk(uintptr_t frame_pointer, struct backtrace *out);

#ifdef __cplusplus
}
#endif
