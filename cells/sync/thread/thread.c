#include "cells/sync/thread/thread.h"

#include "cells/base/panic/panic.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#if __STDC_HOSTED__
#include "cells/sync/thread/thread_internal.h"
#endif

CELL_POINTER_TYPE(operations_pointer, const struct thread_operations);
CELL_POINTER_TYPE(kill_operations_pointer, const struct thread_kill_operations);

static CELL_STATE_ZERO struct {
	struct operations_pointer operations;
	struct kill_operations_pointer kill_operations;
#if !__STDC_HOSTED__
	struct thread boot;
	struct thread_ledger_entry boot_ledger[THREAD_LEDGER_ENTRIES];
#endif
} state;

void thread_set_operations(const struct thread_operations *operations, const char *holder)
{
	operations_pointer_set(&state.operations, operations, holder);
}

void thread_set_kill_operations(const struct thread_kill_operations *operations, const char *holder)
{
	kill_operations_pointer_set(&state.kill_operations, operations, holder);
}

static const struct thread_operations *operations(void)
{
	const struct thread_operations *set = operations_pointer_get(&state.operations);
#if __STDC_HOSTED__
	return set ? set : thread_host_operations();
#else
	return set;
#endif
}

// ---- Calls through pointers, in functions without clean-ups ----

static __attribute__((noinline)) void call_block(const struct thread_operations *set, struct thread *self)
{
	set->block(self);
}

static __attribute__((noinline)) void call_wake(const struct thread_operations *set, struct thread *thread)
{
	set->wake(thread);
}

static __attribute__((noinline)) void end_killed(void)
{
	const struct thread_kill_operations *set = kill_operations_pointer_get(&state.kill_operations);
	if (set)
		set->end_killed();
}

// ---- The running thread ----

#if !__STDC_HOSTED__
void thread_start_boot(void)
{
	static_assert(offsetof(struct core_local, thread) == 8 && offsetof(struct thread, ledger) == 0,
		"cells/base/intralingual relies on it");
	state.boot.ledger.top = state.boot_ledger;
	state.boot.ledger.end = RAW(state.boot_ledger + THREAD_LEDGER_ENTRIES);
	state.boot.priority = THREAD_PRIORITY_USUAL;
	state.boot.own_priority = THREAD_PRIORITY_USUAL;
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	core_local_set_thread(&state.boot);
	core_local_stay_unlock(&stay);
}
#endif

const char *thread_name(const struct thread *thread)
{
	return thread && thread->name ? thread->name : "boot";
}

// ---- Waiting and waking ----

void thread_prepare_to_block(void)
{
	__atomic_exchange_n(&thread_current()->waiting, THREAD_PREPARED, __ATOMIC_SEQ_CST);
}

void thread_cancel_block(void)
{
	__atomic_store_n(&thread_current()->waiting, THREAD_AWAKE, __ATOMIC_RELAXED);
}

static void end_if_killed(struct thread *self)
{
	if (!__atomic_load_n(&self->kill_requested, __ATOMIC_ACQUIRE) || self->ledger.kill_holds != 0)
		return;
	thread_cancel_block();
	end_killed();
}

static bool block(uint64_t deadline_nanoseconds)
{
	struct thread *self = thread_current();
	const struct thread_operations *set = operations();
	if (!set)
		panic("thread: %s is to wait, but nobody could wake it yet", thread_name(self));
	self->timer.nanoseconds = deadline_nanoseconds;
	self->timed_out = false;
	end_if_killed(self); // asked for before it was to block, and so not woken by it
	call_block(set, self);
	end_if_killed(self);
	return !self->timed_out;
}

void thread_block(void)
{
	(void)block(THREAD_NO_DEADLINE);
}

bool thread_block_until(uint64_t deadline_nanoseconds)
{
	return block(deadline_nanoseconds);
}

void thread_wake(struct thread *thread)
{
	// One exchange decides for each time that it blocks who puts it back into a run queue.
	if (__atomic_exchange_n(&thread->waiting, THREAD_AWAKE, __ATOMIC_SEQ_CST) == THREAD_BLOCKED)
		call_wake(operations(), thread);
}

static __attribute__((noinline)) void set_priority(struct thread *thread, uint8_t priority)
{
	const struct thread_operations *set = operations();
	if (set)
		set->set_priority(thread, priority);
}

void thread_lend_priority(struct thread *thread, uint8_t priority)
{
	if (priority > thread->priority)
		set_priority(thread, priority);
}

void thread_end_loan(struct thread *thread)
{
	if (thread->priority != thread->own_priority)
		set_priority(thread, thread->own_priority);
}

__attribute__((noinline)) void thread_reschedule(void)
{
	const struct thread_operations *set = operations();
	if (set)
		set->reschedule();
}

__attribute__((noinline)) void thread_seek_kill_point(struct interrupt_frame *interrupted)
{
	const struct thread_kill_operations *set = kill_operations_pointer_get(&state.kill_operations);
	if (set)
		set->seek(interrupted);
}
