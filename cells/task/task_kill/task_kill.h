// Ends a task from outside, wherever it is and whatever it does.
//
//     OWN(task_reference, task);
//     TRY(task_find(number, &task));
//     TRY(task_kill(&task));
//
// What the task owns is given back by its own clean-ups (cells/unwind/thread_kill says how), and whoever joins it
// learns that it was killed. A task that runs is interrupted, on whatever core; one that waits or sleeps is woken; one
// that is about to run ends when it does.
//
// Context: takes a run queue's lock; may be called with interrupts off, but not in interrupts. It does not wait for the
// end: who wants to know joins the task.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/task/task/task.h"

#ifdef __cplusplus
extern "C" {
#endif

// Asks that the task end. Twice is as good as once; a task that has ended stays as it is. A task that kills itself ends
// at its next kill point. STATUS_REFUSED: a core's idle task, and any that was not spawned.
MUST_USE enum status task_kill(const struct task_reference *task) BORROWS(task);

#ifdef __cplusplus
}
#endif
