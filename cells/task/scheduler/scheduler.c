#include "cells/task/scheduler/scheduler.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/core_local/core_local.h"
#define PROCESSOR_INLINE // a switch is counted by its instructions
#include "cells/hal/processor/processor.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/task/deadline_queue/deadline_queue.h"
#include "cells/task/round_robin_policy/round_robin_policy.h"

CELL_POINTER_TYPE(policy_pointer, const struct scheduling_policy);
CELL_POINTER_TYPE(machine_pointer, const struct scheduler_machine);
CELL_POINTER_TYPE(last_pointer, scheduler_last_function);

struct core {
	struct run_queue queue; // first: a thread knows it, and so its core
	struct policy_pointer policy;
	struct thread *idle;  // null: not started
	struct thread *ended; // have left the core for good; the idle thread takes them from here
	struct deadline_queue deadlines;
	uint64_t slice_end;      // of the running thread; 0: nobody waits for its core
	uint64_t slice_switches; // how many there had been when it began
	uint64_t alarm;          // when the machine will interrupt
	uint64_t switches;
	uint64_t taken;
	size_t index;
};

static CELL_STATE_ZERO struct {
	struct core cores[CORE_LOCAL_CORES];
	struct machine_pointer machine;
	struct last_pointer last;
	uint64_t idle_cores; // bit n: core n is idle (atomic)
} state;

static inline struct core *core_of(const struct thread *thread)
{
	return (struct core *)thread->place.queue;
}
_Static_assert(offsetof(struct core, queue) == 0, "core_of takes the one for the other");

// ---- Calls through pointers: in functions without clean-ups, so that their types are checked ----

static inline struct thread *call_rotate(struct core *core, struct thread *running) NEEDS_LOCK(&core->queue)
{
	return policy_pointer_get(&core->policy)->rotate(&core->queue, running);
}

static __attribute__((noinline)) struct thread *call_first(struct core *core) NEEDS_LOCK(&core->queue)
{
	struct thread *first = policy_pointer_get(&core->policy)->first(&core->queue);
	return first ? first : core->idle;
}

static __attribute__((noinline)) void call_enter(struct core *core, struct thread *thread) NEEDS_LOCK(&core->queue)
{
	policy_pointer_get(&core->policy)->enter(&core->queue, thread);
}

static __attribute__((noinline)) void call_leave(struct core *core, struct thread *thread) NEEDS_LOCK(&core->queue)
{
	policy_pointer_get(&core->policy)->leave(&core->queue, thread);
}

static __attribute__((noinline)) bool call_preempts(struct core *core, struct thread *entered) NEEDS_LOCK(&core->queue)
{
	return policy_pointer_get(&core->policy)->preempts(entered, core->queue.running);
}

static __attribute__((noinline)) uint64_t call_now(void)
{
	const struct scheduler_machine *machine = machine_pointer_get(&state.machine);
	return machine ? machine->now() : 0;
}

static __attribute__((noinline)) void call_set_alarm(uint64_t nanoseconds)
{
	const struct scheduler_machine *machine = machine_pointer_get(&state.machine);
	if (machine)
		machine->set_alarm(nanoseconds);
}

static __attribute__((noinline)) void call_interrupt_core(size_t core)
{
	const struct scheduler_machine *machine = machine_pointer_get(&state.machine);
	if (machine)
		machine->interrupt_core(core);
}

// ---- Switching ----

static __attribute__((noreturn, noinline, cold)) void must_not_wait(const struct thread *self, const char *why)
{
	panic("scheduler: %s gives way %s", thread_name(self), why);
}

// `next` gets the core. Returns when `self` has one again; its queue is that one's then, and is unlocked.
static inline __attribute__((always_inline)) void switch_to(struct core *core, struct thread *self, struct thread *next)
	UNLOCKS(&core->queue) NEEDS_INTERRUPTS_OFF
{
	core->queue.running = next;
	core->switches++;
	core_local_set_thread(next);
	context_switch(&self->stack_pointer, next->stack_pointer);
	run_queue_pass_on(&core->queue);
	run_queue_receive(self->place.queue);
}

static inline __attribute__((always_inline)) void seek_kill_point(
	struct thread *self, struct interrupt_frame *interrupted)
{
	if (__builtin_expect(__atomic_load_n(&self->kill_requested, __ATOMIC_RELAXED), 0))
		thread_seek_kill_point(interrupted);
}

// The running thread stays in its queue, if it is in one.
static inline __attribute__((always_inline)) void give_way(struct thread *self) NEEDS_INTERRUPTS_OFF
{
	struct core *core = core_of(self);
	run_queue_lock(&core->queue);
	core_local_set_reschedule(false);
	struct thread *next = __builtin_expect(self->is_idle, 0) ? call_first(core) : call_rotate(core, self);
	if (next == self)
		run_queue_unlock(&core->queue);
	else
		switch_to(core, self, next);
}

// Interrupts are on, as the analysis sees to: so that need not be remembered.
void scheduler_yield(void)
{
	struct core_local_stay stay;
	core_local_stay_lock_enabled(&stay);
	struct thread *self = thread_current();
	if (__builtin_expect(core_local_preemption_holds() != 0, 0))
		must_not_wait(self, "while it holds preemption off");
	give_way(self);
	core_local_stay_unlock_enabled(&stay);
	seek_kill_point(self, NULL);
}

// The end of a slice, or a more urgent thread: what scheduler_yield does, where it is allowed.
static void reschedule(void)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	if (core_local_reschedule() && core_local_preemption_holds() == 0)
		give_way(thread_current());
	core_local_stay_unlock(&stay);
}

void scheduler_interrupt_tail(struct interrupt_frame *interrupted)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	struct thread *self = thread_current();
	if (core_local_reschedule() && core_local_preemption_holds() == 0)
		give_way(self);
	seek_kill_point(self, interrupted);
	core_local_stay_unlock(&stay);
}

// ---- Time ----

// Sees to it that this core is interrupted when something is due.
static void arm(struct core *core, uint64_t now) NEEDS_LOCK(&core->queue)
{
	uint64_t due = deadline_queue_earliest(&core->deadlines);
	if (core->slice_end != 0 && core->slice_end < due)
		due = core->slice_end;
	if (due >= core->alarm)
		return; // it will be, and looks again then
	core->alarm = due;
	call_set_alarm(due > now ? due - now : 0);
}

// Someone waits for the running thread's core: from now on it has a slice.
static void begin_slice(struct core *core) NEEDS_LOCK(&core->queue)
{
	if (core->slice_end != 0 || core->queue.length < 2)
		return;
	uint64_t now = call_now();
	core->slice_end = now + SCHEDULER_SLICE_NANOSECONDS;
	core->slice_switches = core->switches;
	arm(core, now);
}

// The thread, which has entered, is to run before the running one's time is over, or somebody must begin a slice.
static void notice(struct core *core, struct thread *entered) NEEDS_LOCK(&core->queue) NEEDS_INTERRUPTS_OFF
{
	bool preempts = core->queue.running->is_idle || call_preempts(core, entered);
	if (core->index == core_local_index()) {
		if (preempts)
			core_local_set_reschedule(true);
		begin_slice(core);
	} else if (preempts || core->slice_end == 0) {
		call_interrupt_core(core->index);
	}
	uint64_t idle = __atomic_load_n(&state.idle_cores, __ATOMIC_RELAXED) & ~((uint64_t)1 << core->index);
	if (__builtin_expect(idle != 0, 0) && core->queue.length > 1)
		call_interrupt_core((size_t)__builtin_ctzll(idle)); // it will look for a thread to take
}

// Wakes all whose time has come.
static void wake_due(struct core *core, uint64_t now) NEEDS_LOCK(&core->queue) NEEDS_INTERRUPTS_OFF
{
	while (deadline_queue_earliest(&core->deadlines) <= now) {
		struct thread *thread = core->deadlines.earliest;
		deadline_queue_remove(&core->deadlines, thread);
		uint32_t expected = THREAD_BLOCKED;
		if (!__atomic_compare_exchange_n(
			    &thread->waiting, &expected, THREAD_AWAKE, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			continue; // somebody has woken it, and is about to put it into the queue
		thread->timed_out = true;
		call_enter(core, thread);
		notice(core, thread);
	}
}

static void look_at_time(struct core *core) NEEDS_INTERRUPTS_OFF
{
	GUARD_OF(run_queue, &core->queue);
	uint64_t now = call_now();
	core->alarm = THREAD_NO_DEADLINE;
	wake_due(core, now);
	if (core->slice_end != 0 && core->slice_end <= now) {
		core->slice_end = core->queue.length > 1 ? now + SCHEDULER_SLICE_NANOSECONDS : 0;
		// Who got the core in the midst of a slice keeps it to the end of the next.
		if (core->slice_switches == core->switches)
			core_local_set_reschedule(true);
		core->slice_switches = core->switches;
	}
	arm(core, now);
}

void scheduler_alarm(struct interrupt_frame *interrupted)
{
	(void)interrupted;
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	look_at_time(core_of(thread_current()));
	core_local_stay_unlock(&stay);
}

// ---- Blocking and waking ----

static void block(struct thread *self)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	if (__builtin_expect(core_local_preemption_holds() != 0, 0))
		must_not_wait(self, "while it holds preemption off");
	if (__builtin_expect(self->is_idle, 0))
		must_not_wait(self, "for ever, but is the idle thread");
	struct core *core = core_of(self);
	run_queue_lock(&core->queue);
	uint32_t expected = THREAD_PREPARED;
	if (!__atomic_compare_exchange_n(
		    &self->waiting, &expected, THREAD_BLOCKED, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
		run_queue_unlock(&core->queue);
		core_local_stay_unlock(&stay);
		return;
	}
	call_leave(core, self);
	if (self->timer.nanoseconds != THREAD_NO_DEADLINE) {
		deadline_queue_add(&core->deadlines, self);
		arm(core, call_now());
	}
	core_local_set_reschedule(false);
	switch_to(core, self, call_first(core));
	core_local_stay_unlock(&stay);
	seek_kill_point(self, NULL);
}

static void add_to(struct core *core, struct thread *thread) NEEDS_INTERRUPTS_OFF
{
	GUARD_OF(run_queue, &core->queue);
	deadline_queue_remove(&core->deadlines, thread);
	call_enter(core, thread);
	notice(core, thread);
}

// A wish that this thread gives way must not wait for the next interrupt, if it can be followed now.
static inline void follow_wish(bool interrupts_are_on)
{
	if (__builtin_expect(interrupts_are_on && core_local_reschedule() && !thread_current()->is_idle, 0))
		reschedule();
}

static void wake(struct thread *thread)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	add_to(core_of(thread), thread);
	core_local_stay_unlock(&stay);
	follow_wish(processor_interrupts_enabled());
}

static void change_priority(struct core *core, struct thread *thread, uint8_t priority)
	NEEDS_LOCK(&core->queue) NEEDS_INTERRUPTS_OFF
{
	if (!run_queue_has(thread)) {
		thread->priority = priority;
		return;
	}
	call_leave(core, thread);
	thread->priority = priority;
	call_enter(core, thread);
	if (core->queue.running != thread)
		notice(core, thread);
	else if (core->index == core_local_index())
		core_local_set_reschedule(true); // another one may be more urgent now
}

static void set_priority(struct thread *thread, uint8_t priority)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	bool is_done = false;
	while (!is_done) {
		// Its queue may change until the lock of the right one is held.
		struct core *core = (struct core *)__atomic_load_n(&thread->place.queue, __ATOMIC_ACQUIRE);
		if (!core) {
			thread->priority = priority;
			break;
		}
		GUARD_OF(run_queue, &core->queue);
		is_done = core_of(thread) == core;
		if (is_done)
			change_priority(core, thread, priority);
	}
	core_local_stay_unlock(&stay);
	follow_wish(processor_interrupts_enabled());
}

static const struct thread_operations operations = {
	.block = block,
	.wake = wake,
	.reschedule = reschedule,
	.set_priority = set_priority,
};

// ---- A thread's life ----

void scheduler_prepare(struct thread *thread, uintptr_t stack_top, context_switch_entry *entry, void *argument)
{
	thread->stack_pointer = context_switch_prepare(stack_top, entry, argument);
}

void scheduler_begin(void)
{
	run_queue_receive(thread_current()->place.queue);
	processor_enable_interrupts();
	seek_kill_point(thread_current(), NULL);
}

void scheduler_add(struct thread *thread)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	add_to(core_of(thread_current()), thread);
	core_local_stay_unlock(&stay);
	follow_wish(processor_interrupts_enabled());
}

void scheduler_add_on(struct thread *thread, size_t core)
{
	struct core *there = &AT(state.cores, core);
	if (!there->idle)
		panic("scheduler: core %zu has not been started", core);
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	add_to(there, thread);
	core_local_stay_unlock(&stay);
	follow_wish(processor_interrupts_enabled());
}

void scheduler_set_last(scheduler_last_function *last, const char *holder)
{
	last_pointer_set(&state.last, last, holder);
}

void scheduler_exit(void)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	struct thread *self = thread_current();
	if (core_local_preemption_holds() != 0 || self->is_idle)
		must_not_wait(self, "for good, but is the idle thread or holds preemption off");
	struct core *core = core_of(self);
	run_queue_lock(&core->queue);
	call_leave(core, self);
	self->place.next = core->ended;
	core->ended = self;
	core_local_set_reschedule(false);
	switch_to(core, self, core->idle);
	core_local_stay_unlock(&stay);
	panic("scheduler: %s runs again, but has ended", thread_name(self));
}

// ---- Idle ----

static __attribute__((noinline)) void call_last(struct thread *thread)
{
	scheduler_last_function *last = last_pointer_get(&state.last);
	if (last)
		last(thread);
}

// One of those that have left this core for good; null: there are no more.
static struct thread *take_ended(struct core *core)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	struct thread *thread = core->ended;
	if (thread) {
		core->ended = thread->place.next;
		thread->place.next = NULL;
	}
	core_local_stay_unlock(&stay);
	return thread;
}

static void end_threads(struct core *core)
{
	for (;;) {
		struct thread *thread = take_ended(core);
		if (!thread)
			return;
		core_local_hold_preemption();
		call_last(thread);
		core_local_release_preemption();
	}
}

static struct core *busiest(const struct core *but)
{
	struct core *found = NULL;
	uint32_t length = 1; // only its own thread: nothing to take
	for (size_t i = 0; i < COUNT_OF(state.cores); i++) {
		struct core *core = &AT(state.cores, i);
		uint32_t its = __atomic_load_n(&core->queue.length, __ATOMIC_RELAXED);
		if (core != but && its > length) {
			found = core;
			length = its;
		}
	}
	return found;
}

// Takes a thread that waits on another core. Both locks are never held at once: between them the thread is in no
// queue, and nobody but this core has it.
static bool take_thread(struct core *own) NEEDS_INTERRUPTS_OFF
{
	struct core *other = busiest(own);
	if (!other)
		return false;
	struct thread *thread;
	{
		GUARD_OF(run_queue, &other->queue);
		thread = run_queue_spare(&other->queue);
		if (!thread)
			return false;
		call_leave(other, thread);
		__atomic_store_n(&thread->place.queue, &own->queue, __ATOMIC_RELEASE);
	}
	GUARD_OF(run_queue, &own->queue);
	call_enter(own, thread);
	own->taken++;
	return true;
}

// Halts until something happens. Interrupts are off from the last look until the instruction that halts.
static void wait_for_work(struct core *core)
{
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	uint64_t bit = (uint64_t)1 << core->index;
	__atomic_fetch_or(&state.idle_cores, bit, __ATOMIC_SEQ_CST);
	if (core->queue.length == 0 && !core->ended && !take_thread(core))
		processor_wait_for_interrupt();
	__atomic_fetch_and(&state.idle_cores, ~bit, __ATOMIC_SEQ_CST);
	core_local_stay_unlock(&stay);
}

static __attribute__((noinline)) void call_trim(scheduler_trim_function *trim)
{
	if (trim)
		trim();
}

void scheduler_idle(scheduler_trim_function *trim)
{
	struct core *core = core_of(thread_current());
	processor_enable_interrupts();
	for (;;) {
		end_threads(core);
		if (core->queue.length == 0) {
			call_trim(trim);
			wait_for_work(core);
		}
		struct core_local_stay stay;
		core_local_stay_lock(&stay);
		give_way(core->idle);
		core_local_stay_unlock(&stay);
	}
}

// ---- Starting ----

void scheduler_start_core(struct thread *idle)
{
	struct core *core = &AT(state.cores, core_local_index());
	core->index = core_local_index();
	core->alarm = THREAD_NO_DEADLINE;
	policy_pointer_set(&core->policy, &round_robin_policy, "scheduler: policy");
	idle->is_idle = true;
	idle->is_pinned = true;
	idle->place.queue = &core->queue;
	core->queue.running = idle;
	core_local_set_thread(idle);
	core->idle = idle;
	thread_set_operations(&operations, "scheduler");
}

void scheduler_set_machine(const struct scheduler_machine *machine, const char *holder)
{
	machine_pointer_set(&state.machine, machine, holder);
}

void scheduler_set_policy(size_t number, const struct scheduling_policy *policy)
{
	struct core *core = &AT(state.cores, number);
	if (!core->idle)
		panic("scheduler: core %zu has not been started", number);
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	{
		GUARD_OF(run_queue, &core->queue);
		struct thread *all = NULL; // in the order in which they come out, the running one first
		struct thread **end = &all;
		for (;;) {
			struct thread *thread =
				run_queue_has(core->queue.running) ? core->queue.running : run_queue_any(&core->queue);
			if (!thread)
				break;
			call_leave(core, thread);
			*end = thread;
			end = &thread->place.previous;
		}
		policy_pointer_set(&core->policy, policy, "scheduler: policy");
		while (all) {
			struct thread *thread = all;
			all = thread->place.previous;
			thread->place.previous = NULL;
			call_enter(core, thread);
		}
	}
	core_local_stay_unlock(&stay);
}

// ---- Looking ----

enum status scheduler_look(size_t number, struct scheduler_view *view)
{
	if (number >= COUNT_OF(state.cores))
		return STATUS_NOT_FOUND;
	struct core *core = &AT(state.cores, number);
	if (!core->idle) {
		*view = (struct scheduler_view){.policy = ""};
		return STATUS_OK;
	}
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	{
		GUARD_OF(run_queue, &core->queue);
		*view = (struct scheduler_view){
			.running = core->queue.running,
			.policy = policy_pointer_get(&core->policy)->name,
			.switches = core->switches,
			.taken = core->taken,
			.length = core->queue.length,
			.is_started = true,
			.is_idle = core->queue.running == core->idle,
		};
	}
	core_local_stay_unlock(&stay);
	return STATUS_OK;
}

bool scheduler_is_running(const struct thread *thread)
{
	const struct run_queue *queue = thread->place.queue;
	return queue && __atomic_load_n(&queue->running, __ATOMIC_RELAXED) == thread;
}

size_t scheduler_core_of(const struct thread *thread)
{
	const struct core *core = core_of(thread);
	return core ? core->index : 0;
}

void scheduler_interrupt(const struct thread *thread)
{
	if (!scheduler_is_running(thread))
		return;
	struct core_local_stay stay;
	core_local_stay_lock(&stay);
	call_interrupt_core(core_of(thread)->index);
	core_local_stay_unlock(&stay);
}
