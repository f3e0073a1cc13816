// Who has called whom in a task that does not run.
//
// Context: interrupts are off while it reads the task's stack; no allocation, no lock.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/diagnostics/backtrace/backtrace.h"
#include "cells/task/task/task.h"

#ifdef __cplusplus
extern "C" {
#endif

// STATUS_BUSY: it runs at this moment, on some core. STATUS_END: it has ended.
MUST_USE enum status task_backtrace(const struct task_reference *task, struct backtrace *out) BORROWS(task);

#ifdef __cplusplus
}
#endif
