// From one thread to tasks: the last step of the start.
//
// nano_core's copy among the loaded cells calls it when nothing of the image is left. The thread that runs becomes the
// first core's idle task, stack and all; the shell becomes a task of its own.
//
// Context: once, at the start, with interrupts off.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Starts tasks; the first runs the function of that name, a `void f(void)` that the loader finds. Does not return.
__attribute__((noreturn)) void task_start(struct text first);

#ifdef __cplusplus
}
#endif
