// The high precision event timer (HPET), as a measure of time: a counter that runs from the start on.
//
// Context: precision_timer_start once, on the boot core; it maps the registers. Reading takes no lock, from any core.
// Source: IA-PC HPET Specification 1.0a, section 2.3 (registers).
#pragma once

#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"

#ifdef __cplusplus
extern "C" {
#endif

// Maps the timer at `address`, which ACPI tells, and lets it count. STATUS_NO_DEVICE: what is there is no such timer.
// Others as device_memory_map.
MUST_USE enum status precision_timer_start(uint64_t address, struct diagnosis *why);

// Ticks, modulo precision_timer_mask() + 1. Panic before the start.
uint64_t precision_timer_ticks(void);
uint64_t precision_timer_mask(void);

// How many ticks make a second.
uint64_t precision_timer_hertz(void);

#ifdef __cplusplus
}
#endif
