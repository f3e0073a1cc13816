// The machine's cores: which there are, starting them, sending them interrupts.
//
// The boot core is core 0; the others have the numbers that follow, in the order of the firmware's table. One after the
// other is woken: it begins in real mode in one page of the lowest 640 KiB, which exists only for that time, takes over
// this core's page tables and control registers, and goes on in C on a stack of its own, with its own segments and
// interrupt stacks (each with an unmapped page below), the common interrupt table, its APIC on, and known to
// cells/machine/tlb_shootdown. Then it calls the function that it was started for.
//
// The kernel option `cores=N` starts at most N cores in all.
//
// Context: cores_start_others once, on the boot core, after cells/machine/machine_start; it allocates. The other
// functions take no lock, from anywhere.
// Source: Intel SDM volume 3A, sections 8.4 (multiple-processor initialization), 9.8.5 (entering IA-32e mode).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"

enum core_state {
	CORE_NOT_STARTED, // there, and asleep
	CORE_STARTING,
	CORE_RUNNING,
	CORE_FAILED, // it did not answer
};

struct core_view {
	size_t index;
	uint32_t apic_id;
	enum core_state state;
	uint64_t interrupts; // that it has had
};

// Where a started core goes on, with interrupts off; it must not return.
typedef void cores_entry(void);

#ifdef __cplusplus
extern "C" {
#endif

// Starts every core that there is, and waits for each until it is about to call `entry`. One that does not come is told
// of in the log. Returns how many run, this one included.
size_t cores_start_others(cores_entry *entry);

// How many cores run. At least 1; their indices are below cores_limit(), but one among them may have failed.
size_t cores_count(void);
size_t cores_limit(void);

bool cores_is_running(size_t index);

// STATUS_NOT_FOUND: there is no such core.
MUST_USE enum status cores_view(size_t index, struct core_view *view);

// Raises `vector` on core `index`. Panics unless that core runs.
void cores_interrupt(size_t index, const struct interrupt_vector *vector) BORROWS(vector);

const char *cores_state_name(enum core_state state);

#ifdef __cplusplus
}
#endif
