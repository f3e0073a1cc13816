// From one stack to another: all of a switch of threads that C cannot say.
//
// A thread that does not run is a stack with its registers on top and a pointer to them. To switch is to push the
// registers that a function must preserve, to exchange the stack pointers, and to pop the other's. Interrupts must be
// off: the switch itself is 15 instructions and keeps the flags as they are.
//
//     uint64_t stack_pointer = context_switch_prepare(top, entry, argument);   // a thread that has not yet run
//     context_switch(&mine, stack_pointer);                                    // runs it; returns when mine is resumed
//
// The unwind tables cover all of it: a walk over a stack ends behind the entry function.
//
// Context: no allocation, no lock.
// Source: System V ABI for AMD64, section 3.2.1 (registers that a callee preserves).
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

// What a thread begins with. It must not return.
typedef void context_switch_entry(void *argument);

// What context_switch has pushed, at the stack pointer of a thread that does not run: for whoever looks at its stack.
struct context_switch_frame {
	uint64_t r15, r14, r13, r12, rbx, rbp, rip;
};

#ifdef __cplusplus
extern "C" {
#endif

// Makes a stack that ends at `stack_top`, a multiple of 16, ready for its first switch, and returns its stack pointer.
uint64_t context_switch_prepare(uintptr_t stack_top, context_switch_entry *entry, void *argument);

// Leaves this stack, its pointer in `*from`, for the one that `to` was saved for. Returns when someone switches to the
// value in `*from`.
void context_switch(uint64_t *from, uint64_t to);

#ifdef __cplusplus
}
#endif
