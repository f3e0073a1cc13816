// The PC's old pair of interrupt controllers (8259): silenced, so that only the APICs speak.
//
// Even masked they may raise a spurious interrupt, so they get vectors that are no exception's first.
//
// Context: no allocation, no lock; once, on the boot core, with interrupts off.
// Source: Intel 8259A data sheet (initialisation command words, operation command words).
#pragma once

#include <stdint.h>

// The first of the 16 vectors at which what they may still raise arrives.
enum { LEGACY_INTERRUPTS_FIRST_VECTOR = 32, LEGACY_INTERRUPTS_VECTORS = 16 };

#ifdef __cplusplus
extern "C" {
#endif

// Gives both their vectors, and masks each of their lines. A machine without them does not notice.
void legacy_interrupts_silence(void);

#ifdef __cplusplus
}
#endif
