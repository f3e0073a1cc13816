// The processors' segments: the global descriptor table, and each core's task state segment.
//
// Long mode needs little of either: flat code and data segments, which all cores share, and for each core a task state
// segment that names separate stacks for the exceptions that must be survived even when the current stack is broken.
// The selector of its task state segment tells one core from another (processor_identity).
//
// Context: no allocation, no lock; called once on each core, with interrupts off. On the host nothing is loaded into
// the processor: the tables are built and can be looked at.
// Source: Intel SDM volume 3A, sections 3.4.5 (descriptors), 8.7 (64-bit task state segment), 6.14.5 (IST).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

enum descriptor_table_selector {
	DESCRIPTOR_TABLE_CODE = 0x08,
	DESCRIPTOR_TABLE_DATA = 0x10,
	DESCRIPTOR_TABLE_TASK = 0x18, // the first core's; the next core's is DESCRIPTOR_TABLE_TASK_STEP further on
	DESCRIPTOR_TABLE_TASK_STEP = 0x10,
};

// Numbers of the interrupt stacks (IST), as an interrupt gate names them. 0 means the current stack.
enum descriptor_table_stack {
	DESCRIPTOR_TABLE_STACK_CURRENT,
	DESCRIPTOR_TABLE_STACK_DOUBLE_FAULT,
	DESCRIPTOR_TABLE_STACK_NMI,
	DESCRIPTOR_TABLE_STACK_MACHINE_CHECK,
	DESCRIPTOR_TABLE_STACK_COUNT_,
};

#ifdef __cplusplus
extern "C" {
#endif

// On the boot core: builds the table and the first core's task state, with stacks of this cell's own, and loads them.
void descriptor_table_install(void);

// For core `index`, before it starts: `top` is the address just above its interrupt stack `stack`, which stays where it
// is for as long as that core runs. Panics on a core or a stack that there cannot be, and on a top that is not a
// multiple of 16.
void descriptor_table_set_stack(size_t index, enum descriptor_table_stack stack, uintptr_t top);

// On core `index`, after each of its stacks was set: loads the table and its task state into this processor.
void descriptor_table_install_on(size_t index);

// The address just above interrupt stack `stack` of core `index`: its first push goes below. 0: it was not set. Panics
// for DESCRIPTOR_TABLE_STACK_CURRENT and beyond the last.
uintptr_t descriptor_table_stack_top(size_t index, enum descriptor_table_stack stack);

// The bytes of the tables as the processor sees them, for tests and dumps.
struct bytes descriptor_table_segments(void);
struct bytes descriptor_table_task_state(size_t index);

#ifdef __cplusplus
}
#endif
