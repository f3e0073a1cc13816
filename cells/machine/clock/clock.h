// The time since the system's start, in nanoseconds: it never goes back, on whatever core it is read.
//
// It is counted by the processor's time stamps. Those of all cores are expected to run together; of a core whose do
// not, `clock_compare` finds out when it starts, and from then on each reading is at least the last one that any core
// had.
//
// Context: reading takes no lock, from anywhere once clock_start has run; before that it is 0.
// Source: Intel SDM volume 3B, section 18.17 (time-stamp counter).
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Begins: so many time stamps make a second (panics on 0), and the time counts from the time stamp `beginning` on.
void clock_start(uint64_t hertz, uint64_t beginning);

uint64_t clock_nanoseconds(void);

// The time at which the time stamp was `timestamp`; 0 for one before the beginning.
uint64_t clock_nanoseconds_at(uint64_t timestamp);

// How many time stamps make a second; 0 before the start.
uint64_t clock_hertz(void);

// Another core has read `there` after this one had read `before`, and before it read `after`. False: its time stamps do
// not run with this one's.
bool clock_compare(uint64_t before, uint64_t there, uint64_t after);

#ifdef __cplusplus
}
#endif
