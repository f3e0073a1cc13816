// How fast the processor's time stamps and the local APIC's timer count, measured against a timer whose speed is known:
// the precision timer (HPET), else the old interval timer (PIT).
//
// Both ends of the measured interval are read several times, and the reading that took least counts, so that what
// interrupts this core from outside (a host, the firmware) spoils none. The old timer begins anew after 54 ms: there,
// two measurements must agree.
//
// Context: once, on the boot core, with interrupts off, after cells/machine/local_apic and, if there is one, the
// precision timer. Takes 1 ms with the one and 20 ms with the other.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"

struct time_calibration {
	uint64_t timestamp_hertz;
	uint64_t timer_hertz; // of the local APIC's timer
};

#ifdef __cplusplus
extern "C" {
#endif

// STATUS_NO_DEVICE: the timer does not count, or no two measurements agree.
MUST_USE enum status time_calibration_run(
	bool by_precision_timer, struct time_calibration *calibration, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
