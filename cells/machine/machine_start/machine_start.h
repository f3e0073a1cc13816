// The boot core's machine, from the firmware's tables to a clock and an alarm.
//
// Reads ACPI, silences the old interrupt controllers, turns the local APIC on, makes the interrupt table lead to
// handlers, and measures how fast time passes. What is missing or refused is said in the log, and the system goes on
// without: without ACPI's tables there is one core, without a local APIC no interrupt.
//
// Context: once, on the boot core, with interrupts off; they are off on return. Maps memory.
#pragma once

#include <stdbool.h>

#include "cells/machine/acpi_tables/acpi_tables.h"

#ifdef __cplusplus
extern "C" {
#endif

void machine_start(void);

// Whether interrupts work: cells/machine/core_timer, interrupt_vector and clock do what they say.
bool machine_start_has_interrupts(void);

// What ACPI told; empty if nothing was understood.
const struct acpi_tables *machine_start_tables(void);

#ifdef __cplusplus
}
#endif
