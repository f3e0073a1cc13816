#include "cells/task/context_switch/context_switch.h"

#include "cells/base/panic/panic.h"

// context_switch_registers.S: the first instructions of a thread.
INTERNAL void context_switch_begin(void);
INTERNAL __attribute__((noreturn)) void context_switch_enter(context_switch_entry *entry, void *argument);

uint64_t context_switch_prepare(uintptr_t stack_top, context_switch_entry *entry, void *argument)
{
	if (stack_top % 16 != 0)
		panic("context_switch: a stack cannot end at 0x%lx", (unsigned long)stack_top);
	uint64_t stack_pointer = stack_top - sizeof(struct context_switch_frame);
	*RAW_POINTER(struct context_switch_frame, stack_pointer) = (struct context_switch_frame){
		.r12 = (uintptr_t)entry,
		.rbx = (uintptr_t)argument,
		.rip = (uintptr_t)context_switch_begin,
	};
	return stack_pointer;
}

// A function of its own, so that the call is checked.
void context_switch_enter(context_switch_entry *entry, void *argument)
{
	entry(argument);
	panic("context_switch: a thread's entry function came back");
}
