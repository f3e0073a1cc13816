#include "cells/unwind/thread_kill/thread_kill.h"

#include "cells/base/status/status.h"
#include "cells/diagnostics/crash_report/crash_report.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/unwind/landing/landing.h"
#include "cells/unwind/thread_kill/thread_kill_internal.h"

enum { FLAG_STEP = 1 << 8, FLAG_INTERRUPTS = 1 << 9 };

CELL_POINTER_TYPE(observer_pointer, thread_kill_observer);

static CELL_STATE_ZERO struct {
	struct observer_pointer observer;
} state;

void thread_kill_request(struct thread *thread)
{
	__atomic_store_n(&thread->kill_requested, 1, __ATOMIC_RELEASE);
}

bool thread_kill_is_requested(const struct thread *thread)
{
	return __atomic_load_n(&thread->kill_requested, __ATOMIC_ACQUIRE);
}

// Byte by byte, and only as long as they are right: what stands behind another instruction may not be mapped.
static bool is_at_kill_point(const struct interrupt_frame *interrupted)
{
	static const unsigned char kill_point[] = {0x0F, 0x1F, 0x80, 0x4B, 0x50, 0x21, 0x21};
	for (size_t i = 0; i < sizeof kill_point; i++) {
		if (*RAW_POINTER(const unsigned char, interrupted->rip + i) != AT(kill_point, i))
			return false;
	}
	return true;
}

bool thread_kill_is_possible(const struct interrupt_frame *interrupted)
{
	return interrupted->rflags & FLAG_INTERRUPTS && thread_current()->ledger.kill_holds == 0 &&
	       core_local_preemption_holds() == 0 && is_at_kill_point(interrupted);
}

// The thread goes on step by step.
static void seek(struct interrupt_frame *interrupted)
{
	if (interrupted)
		interrupted->rflags |= FLAG_STEP;
	else // it was not interrupted, but gave way by itself
		thread_kill_step_from_here();
}

// After each step: further on, or unwound from where it stands.
static void look(struct interrupt_frame *interrupted)
{
	interrupted->rflags |= FLAG_STEP;
	if (!thread_kill_is_possible(interrupted))
		return;
	landing_kill_interrupted(interrupted);
	interrupted->rflags &= ~(uint64_t)FLAG_STEP; // it has nowhere to arrive: it is ending already
}

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) void call_observer(thread_kill_observer *observer, struct interrupt_frame *interrupted)
{
	observer(interrupted);
}

static void handle_exception(struct interrupt_frame *interrupted)
{
	if (interrupted->vector != INTERRUPT_TABLE_DEBUG)
		crash_report_exception(interrupted);
	interrupted->rflags &= ~(uint64_t)FLAG_STEP; // whoever wants another step says so each time
	thread_kill_observer *observer = observer_pointer_get(&state.observer);
	if (observer)
		call_observer(observer, interrupted);
	if (thread_kill_is_requested(thread_current()))
		look(interrupted);
}

static void end_killed(void)
{
	landing_kill_here();
}

void thread_kill_observe(thread_kill_observer *observer)
{
	observer_pointer_set(&state.observer, observer, "thread_kill: observer");
}

static const struct thread_kill_operations operations = {.end_killed = end_killed, .seek = seek};

enum status thread_kill_start(void)
{
	interrupt_table_set_exception_handler(handle_exception);
	thread_set_kill_operations(&operations, "thread_kill");
	return STATUS_OK;
}

void thread_kill_stop(void)
{
	thread_set_kill_operations(NULL, "thread_kill");
	interrupt_table_set_exception_handler(crash_report_exception);
}
