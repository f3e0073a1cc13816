// The PS/2 keyboard: what was pressed, polled.
//
// Context: no allocation; takes a spinlock around each access to the device. Not for interrupt handlers.
#pragma once

#include <stdbool.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/console/key/key.h"

#ifdef __cplusplus
extern "C" {
#endif

// Sets the controller up. STATUS_NO_DEVICE: there is none; keyboard_read then never gives a key.
MUST_USE enum status keyboard_open(void);

// Takes one key that was pressed; false if there is none.
bool keyboard_read(struct key *key);

#ifdef __cplusplus
}
#endif
