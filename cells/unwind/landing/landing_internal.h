// What the assembly of this cell does: save and restore registers.
#pragma once

#include "cells/unwind/landing/landing.h"
#include "cells/unwind/stack_walk/stack_walk.h"

// The registers that a function must leave as they were, its stack pointer after the return, and where it returns to.
struct landing_resume {
	uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
};
static_assert(sizeof(struct landing_resume) == 64, "landing_registers.S relies on the layout");

struct landing_frame;

// Saves its caller's registers and calls landing_call_body. 0: the body has returned. 1: landing_return was called.
INTERNAL int landing_run(struct landing_resume *resume, struct landing_frame *frame);

// Lets landing_run return 1.
INTERNAL __attribute__((noreturn)) void landing_return(const struct landing_resume *resume);

// Loads all registers and goes on at `landing_pad`, on the frame's own stack, with interrupts enabled or as they are.
INTERNAL __attribute__((noreturn)) void landing_enter(
	const struct stack_walk_registers *registers, uint64_t landing_pad, bool enable_interrupts);

// Called by landing_run.
INTERNAL void landing_call_body(struct landing_frame *frame);
