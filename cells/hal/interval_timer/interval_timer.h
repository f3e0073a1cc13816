// The PC's old timer (8254), used as a measure of time: its third counter counts down from 65535, 1,193,182 times a
// second, and can be read on the way. It raises no interrupt.
//
// Context: no allocation, no lock; one user at a time. A counter that has come to its end begins anew, so what is
// measured must take less than 54 ms. Source: Intel 8254 data sheet (control word, counter latch command); IBM PC/AT
// technical reference (port 0x61).
#pragma once

#include <stdint.h>

enum { INTERVAL_TIMER_HERTZ = 1193182 };

#ifdef __cplusplus
extern "C" {
#endif

// Begins to count.
void interval_timer_start(void);

// How many ticks have passed since the start, modulo 65536.
uint16_t interval_timer_ticks(void);

// The speaker's gate is as it was before the start.
void interval_timer_stop(void);

#ifdef __cplusplus
}
#endif
