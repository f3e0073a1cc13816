// The boot processor's segments: the global descriptor table and the task state segment.
//
// Long mode needs little of either: flat code and data segments, and a task state segment that names separate stacks
// for the exceptions that must be survived even when the current stack is broken.
//
// Context: no allocation, no lock; called once, with interrupts off. On the host nothing is loaded into the processor:
// the tables are built and can be looked at.
// Source: Intel SDM volume 3A, sections 3.4.5 (descriptors), 8.7 (64-bit task state segment), 6.14.5 (IST).
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

enum descriptor_table_selector {
	DESCRIPTOR_TABLE_CODE = 0x08,
	DESCRIPTOR_TABLE_DATA = 0x10,
	DESCRIPTOR_TABLE_TASK = 0x18,
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

// Builds the tables and loads them into this processor.
void descriptor_table_install(void);

// The address just above interrupt stack `stack`: its first push goes below. Panics for DESCRIPTOR_TABLE_STACK_CURRENT
// and beyond the last.
uintptr_t descriptor_table_stack_top(enum descriptor_table_stack stack);

// The bytes of the tables as the processor sees them, for tests and dumps.
struct bytes descriptor_table_segments(void);
struct bytes descriptor_table_task_state(void);

#ifdef __cplusplus
}
#endif
