// Letting time pass while others run.
//
// Context: sleeps. On a machine without a clock the running thread gives way once, and no time is known to have passed.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

#ifdef __cplusplus
extern "C" {
#endif

// Returns when clock_nanoseconds() has reached `deadline`, or is `nanoseconds` later than it was.
void sleep_until(uint64_t deadline_nanoseconds) MAY_SLEEP;
void sleep_nanoseconds(uint64_t nanoseconds) MAY_SLEEP;

#ifdef __cplusplus
}
#endif
