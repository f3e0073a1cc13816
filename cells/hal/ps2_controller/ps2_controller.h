// The 8042: the controller of PS/2 keyboards, polled.
//
// Only its first port, the keyboard's, is used. Bytes of a mouse are dropped. The controller's interrupts stay off.
//
// Context: no allocation, no lock; one user at a time. Opening waits for the device, at most some milliseconds.
// Source: IBM PS/2 Hardware Interface Technical Reference, "Keyboard and Auxiliary Device Controller".
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"

#ifdef __cplusplus
extern "C" {
#endif

// Switches the keyboard's port on, the controller's interrupts off, and drops what it holds. `*translates` says whether
// it turns scan code set 2 into set 1 (it is left as it was found). STATUS_NO_DEVICE: nothing answers there.
MUST_USE enum status ps2_controller_open(bool *translates);

// Takes one byte of the keyboard; false if there is none.
bool ps2_controller_read(uint8_t *byte);

// Asks the controller to pull the processor's reset line. Returns: the reset comes some microseconds later, or never
// where there is no controller.
void ps2_controller_pulse_reset(void);

#ifdef __cplusplus
}
#endif
