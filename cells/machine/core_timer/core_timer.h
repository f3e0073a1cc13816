// Each core's own alarm: an interrupt on this core, once, after some time.
//
// Context: no allocation after core_timer_prepare; no lock. An alarm is a matter of the core on which it is set, so
// interrupts are off while it is.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/hal/interrupt_table/interrupt_table.h"

#ifdef __cplusplus
extern "C" {
#endif

// Once, on the boot core, after cells/machine/interrupt_vector: the timers of all cores count so many ticks in a
// second. STATUS_NO_MEMORY: no vector is left.
MUST_USE enum status core_timer_prepare(uint64_t hertz);

// From now on `handler` is called on each core whose alarm goes off. Null: nobody.
void core_timer_set_handler(interrupt_handler *handler, const char *holder);

// This core's alarm goes off in `nanoseconds`, rounded up to the next tick, and not as was said before. It may go off
// earlier, after a minute at the soonest: whoever waits for long looks at the clock. Without core_timer_prepare it
// never goes off.
void core_timer_start(uint64_t nanoseconds) NEEDS_INTERRUPTS_OFF;
void core_timer_stop(void) NEEDS_INTERRUPTS_OFF;

// How many ticks make a second; 0 before core_timer_prepare.
uint64_t core_timer_hertz(void);

#ifdef __cplusplus
}
#endif
