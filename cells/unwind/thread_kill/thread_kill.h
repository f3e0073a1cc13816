// Kills: a thread that is to end runs on to its next kill point, and is unwound from there.
//
// A thread cannot be ended just anywhere: between two instructions it may own what no clean-up knows of. At a kill
// point (cells/base/intralingual/kill_points.h: one in every loop of checked cells) the landing pads speak for all that
// it owns, and so they do in thread_block. So a kill is a request, and the thread itself goes looking: it runs on in
// single steps, each of which is looked at in the debug exception, to the next kill point at which nothing holds the
// kill off:
//
//   interrupts off, or preemption held   a spinlock's data may be half changed
//   kill_holds                           something is being given back, a crash is being unwound, or UNKILLABLE()
//
// Then every frame's clean-ups run, up to landing_catch_kills. Nothing else of the thread's own code is run.
//
// Whoever wants a task to end uses cells/task/task_kill. Loaded, this cell gets all exceptions, and hands on what is
// not its own to crash_report.
//
// Context: thread_kill_request may be called anywhere; the rest is called by the scheduler and the processor.
// Source: Intel SDM volume 3B, section 17.3.1.4 (single-step exception).
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/sync/thread/thread.h"

// Sees every debug exception before the search does, with interrupts off. For tests.
typedef void thread_kill_observer(struct interrupt_frame *interrupted);

#ifdef __cplusplus
extern "C" {
#endif

// Asks that the thread end. It does so when it runs again, or when it is woken from thread_block: the caller sees to
// that (cells/task/task_kill). Asking twice is asking once.
void thread_kill_request(struct thread *thread);

// Whether the thread is asked to end.
bool thread_kill_is_requested(const struct thread *thread);

// Whether the running thread, which stands at `interrupted`, may be killed there.
bool thread_kill_is_possible(const struct interrupt_frame *interrupted);

// From now on `observer`, which must stay where it is; null: nobody.
void thread_kill_observe(thread_kill_observer *observer);

// The cell's init and exit entries.
MUST_USE enum status thread_kill_start(void);
void thread_kill_stop(void);

#ifdef __cplusplus
}
#endif
