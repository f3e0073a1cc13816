// Interrupts that are no exceptions: who gets which of the vectors 32 to 255, and the NMI.
//
// A vector is owned: whoever claims one names the function that is called when it is raised, and while the vector is
// owned the cell of that function stays. Raised by a device, another core or the core's own timer, it ends like this:
// all registers are saved, the interrupt is counted, its end is told to the local APIC, the handler runs, and then the
// *tail*, one function for all vectors, where a scheduler may let another thread go on in place of the interrupted one.
//
// Handlers run with interrupts off on the stack of the interrupted thread; for a line that is triggered by its level,
// the handler silences the device before it returns.
//
// Context: claiming takes a spinlock and allocates nothing; what is claimed stays valid on all cores.
// Source: Intel SDM volume 3A, sections 6.14 (64-bit mode), 11.8.5 (end of interrupt), 6.7 (NMI).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/hal/interrupt_table/interrupt_table.h"

enum {
	INTERRUPT_VECTOR_FIRST = 48, // those below belong to what the old controllers may still raise
	INTERRUPT_VECTOR_END = 255,  // that one is the local APIC's, for an interrupt that was none
};

HANDLE(interrupt_vector)
{
	unsigned number PRIVATE_OF(interrupt_vector); // 0: empty
};

// True: the NMI was expected and is dealt with. It may come at any instruction, with interrupts off and whatever lock
// held: it takes no lock.
typedef bool interrupt_vector_nmi_handler(void);

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(interrupt_vector)

// Makes the table lead here. Once, on the boot core, after cells/machine/local_apic.
void interrupt_vector_start(void);

// A vector that nobody has. `holder` says who gets it and what for, for `deps` and refusals. STATUS_NO_MEMORY: all are
// taken.
MUST_USE enum status interrupt_vector_claim(
	struct interrupt_vector *vector, interrupt_handler *handler, const char *holder) PRODUCES_IF(STATUS_OK, vector);

uint8_t interrupt_vector_number(const struct interrupt_vector *vector) BORROWS(vector);

// From now on every interrupt ends with `tail`, which gets the frame of what was interrupted. Null: with nothing.
void interrupt_vector_set_tail(interrupt_handler *tail, const char *holder);

// From now on an NMI comes to `handler` first; one that it does not know is a crash, as at first. Null: none.
void interrupt_vector_set_nmi_handler(interrupt_vector_nmi_handler *handler, const char *holder);

// How many interrupts core `index` has had, NMIs left out.
uint64_t interrupt_vector_count(size_t index);

#ifdef __cplusplus
}
#endif
