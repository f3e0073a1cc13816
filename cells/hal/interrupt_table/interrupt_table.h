// The interrupt table, one for all cores, and the processor's exceptions: vectors 0 to 31, each with a stub that saves
// all registers and calls one handler.
//
// Vectors that are no exceptions have no gate until another cell (cells/machine/interrupt_vector) brings stubs for
// them: an interrupt that arrives before is reported as a general protection fault with the gate's number in the error
// code.
//
// Context: no allocation, no lock; installed once, with interrupts off. A handler runs with interrupts off, on the
// stack that the gate names. On the host the table is built, not loaded, and a test raises exceptions by a call.
// Source: Intel SDM volume 3A, sections 6.3 (vectors), 6.10 (table), 6.14 (64-bit mode: gates, stack frame).
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"

enum { INTERRUPT_TABLE_EXCEPTIONS = 32, INTERRUPT_TABLE_VECTORS = 256 };

enum interrupt_table_vector {
	INTERRUPT_TABLE_DIVIDE_ERROR = 0,
	INTERRUPT_TABLE_DEBUG = 1,
	INTERRUPT_TABLE_NMI = 2,
	INTERRUPT_TABLE_BREAKPOINT = 3,
	INTERRUPT_TABLE_INVALID_OPCODE = 6,
	INTERRUPT_TABLE_DOUBLE_FAULT = 8,
	INTERRUPT_TABLE_GENERAL_PROTECTION = 13,
	INTERRUPT_TABLE_PAGE_FAULT = 14,
	INTERRUPT_TABLE_MACHINE_CHECK = 18,
};

// What the stub saved, in the order in which it lies on the stack. Changes are loaded back on return.
struct interrupt_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector;
	uint64_t error_code; // 0 for a vector that has none
	uint64_t rip, cs, rflags, rsp, ss;
};

typedef void interrupt_handler(struct interrupt_frame *frame);

#ifdef __cplusplus
extern "C" {
#endif

// Builds the table for the exceptions and loads it into this processor. cells/hal/descriptor_table comes first.
void interrupt_table_install(void);

// Loads the table, which another core has built, into this processor.
void interrupt_table_install_on_this_core(void);

// Makes the gate of a vector from 32 on lead to `stub`, which pushes two words, 0 and the vector's number, and jumps to
// interrupt_table_enter; 0: to nowhere, as at first. Panics for other vectors. Whose stub it is sees to it that its
// cell stays.
void interrupt_table_set_gate(unsigned vector, uintptr_t stub);

// Where stubs go. No function to be called.
void interrupt_table_enter(void);

// From now on `handler` gets what is no exception: vectors from 32 on, and the NMI. Null: they are exceptions, as at
// first.
void interrupt_table_set_interrupt_handler(interrupt_handler *handler);

// From now on `handler` gets every exception; null: the processor halts on one. The last one set counts.
void interrupt_table_set_exception_handler(interrupt_handler *handler);

// Where it is kept: for a slot that makes it known to the loader (cells/sync/cell_pointer).
interrupt_handler **interrupt_table_exception_handler_word(void);

// The exception's name ("page fault"); "reserved" for a vector that the processor does not use; panics from 32 on.
const char *interrupt_table_vector_name(unsigned vector);

// Whether the processor pushes an error code with this exception.
bool interrupt_table_has_error_code(unsigned vector);

// The bytes of the table as the processor sees them, for tests and dumps.
struct bytes interrupt_table_gates(void);

#if __STDC_HOSTED__
// Does what the stubs do: hands `frame` to the handler. The double of an exception.
void interrupt_table_host_raise(struct interrupt_frame *frame);
#endif

#ifdef __cplusplus
}
#endif
