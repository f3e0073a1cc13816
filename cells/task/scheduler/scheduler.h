// Which thread has which core: run queues, switches, blocking, waking, deadlines, time slices, moving to idle cores.
//
// Each core has a run queue with a lock, a policy that says who of it runs next, and an idle thread that runs when
// nobody else does. A thread belongs to the queue it was in last: whoever wakes it puts it there; a core that has
// nothing to do takes a waiting thread from the longest queue.
//
// The queue's lock is held across a switch, and given back by the thread that gets the core. So nobody can take up a
// thread whose registers are not saved yet.
//
// Time is the machine's: a core asks for one interrupt, at the earliest of its deadlines and the end of the running
// thread's slice, and for none if nobody waits. An interrupt only notes that the running thread is to give way; that
// happens at the interrupt's tail, or when preemption is no longer held off.
//
// Context: takes run queues' locks, two never at once. Allocates nothing. Yielding, blocking and exiting need
// preemption and interrupts on; the rest may be called with interrupts off, and adding and waking in interrupts.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/context_switch/context_switch.h"
#include "cells/task/run_queue/run_queue.h"

enum { SCHEDULER_SLICE_NANOSECONDS = 10 * 1000 * 1000 };

// What the scheduler needs of the machine. Without it nothing is preempted and no deadline comes.
struct scheduler_machine {
	uint64_t (*now)(void); // nanoseconds
	// This core is to be interrupted, and scheduler_alarm called there, after so many nanoseconds, and no longer at
	// the time asked for before. Interrupts are off.
	void (*set_alarm)(uint64_t nanoseconds);
	// That core is to be interrupted. Interrupts are off.
	void (*interrupt_core)(size_t core);
};

// A core, for whoever looks around: as it was a moment ago.
struct scheduler_view {
	const struct thread *running; // only its address: it may be gone
	const char *policy;
	uint64_t switches;
	uint64_t taken;  // threads that it took from other cores
	uint32_t length; // of its run queue
	bool is_started;
	bool is_idle;
};

#ifdef __cplusplus
extern "C" {
#endif

// ---- Starting ----

// This core joins: its running thread is to be `idle`, which calls scheduler_idle when it has nothing else to do. With
// the first core, threads begin to block and wake through this cell.
void scheduler_start_core(struct thread *idle) NEEDS_INTERRUPTS_OFF;

void scheduler_set_machine(const struct scheduler_machine *machine, const char *holder);

// Lets this core be shared by another policy from now on. Panics if no such core has been started.
void scheduler_set_policy(size_t core, const struct scheduling_policy *policy);

// ---- A thread's life ----

// Makes a thread that is in no queue ready to begin with `entry` on a stack that ends at `stack_top`. The first thing
// that `entry` does is scheduler_begin.
void scheduler_prepare(struct thread *thread, uintptr_t stack_top, context_switch_entry *entry, void *argument);
void scheduler_begin(void);

// Puts the prepared thread into this core's run queue, or that of another core.
void scheduler_add(struct thread *thread);
void scheduler_add_on(struct thread *thread, size_t core);

// Lets another thread run, if one waits.
void scheduler_yield(void) MAY_SLEEP;

// The running thread ends. Soon `last` is called with it on the stack of the core's idle thread, preemption held off:
// what belongs to the thread, its stack too, can be given back there.
typedef void scheduler_last_function(struct thread *thread);
void scheduler_set_last(scheduler_last_function *last, const char *holder);
__attribute__((noreturn)) void scheduler_exit(void) MAY_SLEEP;

// What an idle thread does for ever: ends threads, takes others from busy cores, and halts when there are none. `trim`,
// if it is not null, is called before it halts.
typedef void scheduler_trim_function(void);
__attribute__((noreturn)) void scheduler_idle(scheduler_trim_function *trim);

// ---- Interrupts ----

// The time that was asked for has come. Called in the interrupt, with interrupts off.
void scheduler_alarm(struct interrupt_frame *interrupted);

// The end of every interrupt: gives the core to another thread, if that is wished and not held off. Returns when the
// interrupted thread has it again.
void scheduler_interrupt_tail(struct interrupt_frame *interrupted);

// Interrupts the core that the thread has; nothing if it has none.
void scheduler_interrupt(const struct thread *thread);

// ---- Looking ----

// STATUS_NOT_FOUND: there cannot be such a core.
MUST_USE enum status scheduler_look(size_t core, struct scheduler_view *view);

// Whether the thread has a core at this moment.
bool scheduler_is_running(const struct thread *thread);

// The core whose queue the thread belongs to; 0 if it was never in one.
size_t scheduler_core_of(const struct thread *thread);

#ifdef __cplusplus
}
#endif
