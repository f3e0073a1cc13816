// Running a function on other cores, and waiting until they have run it.
//
// It runs in an interrupt there: with interrupts off, on the stack of whatever thread it interrupts. It must be short,
// must not sleep, must not call other cores itself, and must take no lock that is ever held with interrupts on.
//
// Two cores that call each other do not wait for ever: a core that waits runs what others ask of it. But a core that
// has interrupts off for another reason answers when they are on again, so a caller holds no spinlock.
//
// Context: allocates nothing, takes no lock.
#pragma once

#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"

typedef void core_call_function(void *context);

#ifdef __cplusplus
extern "C" {
#endif

// Runs `function(context)` on core `index` (on this one: by a plain call), or on each that runs but this one, at the
// same time. On return it has come to its end on all of them. Panics if there is no such core, or it does not run.
void core_call_on(size_t index, core_call_function *function, void *context);
void core_call_on_others(core_call_function *function, void *context);

// The cell's init entry: takes a vector.
MUST_USE enum status core_call_init(void);

#ifdef __cplusplus
}
#endif
