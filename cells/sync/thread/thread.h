// The thread that runs: what the cells below the scheduler must know of it, and how it waits for another.
//
// A thread is what a core runs; a task (cells/task/task) is a thread with a name, an owner and a result. Mutexes, wait
// queues and the unwinder need only this part, so it lies below them. Before there are tasks the boot core has one
// static thread.
//
// To wait for something without losing a wake-up:
//
//     for (;;) {
//             thread_prepare_to_block();
//             if (the condition holds) {      // looked at after, published to before: one of both sides sees the other
//                     thread_cancel_block();
//                     break;
//             }
//             thread_block();                 // at once if someone has called thread_wake since prepare
//     }
//
// and whoever makes the condition true calls thread_wake afterwards. A thread may be woken for no reason: look again.
//
// Context: thread_current is one instruction and may be used anywhere. thread_wake takes a run queue's spinlock and may
// be used in interrupts and with interrupts off. thread_block sleeps: no spinlock may be held, nor preemption held off.
// Nothing here allocates. Who blocks, wakes and runs is decided by the scheduler, which sets the operations; before it
// does, to block is a panic, because nobody could wake.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/hal/core_local/core_local.h"

enum thread_waiting {
	THREAD_AWAKE,    // runs, or is in a run queue
	THREAD_PREPARED, // as THREAD_AWAKE, but is about to block
	THREAD_BLOCKED,  // in no run queue
};

enum {
	THREAD_LEDGER_ENTRIES = 256, // of each thread; room for as many handles and guards at a time
	THREAD_PRIORITIES = 64,      // 0 is the least urgent
	THREAD_PRIORITY_USUAL = 16,
	THREAD_HELD_LOCKS_NAMED = 8,
};

#define THREAD_NO_DEADLINE UINT64_MAX

struct interrupt_frame;
struct landing_frame;
struct run_queue;

// Where a run queue keeps a thread. For the scheduler and its policies alone.
struct thread_place {
	struct thread *next;
	struct thread *previous;
	struct run_queue *queue; // whose lock guards this; it changes only while the thread is in no queue
	uint32_t list;           // of the queue's lists: as the policy likes
};

// When it is to be woken, and its place among its core's deadlines (a heap). For the scheduler alone.
struct thread_deadline {
	uint64_t nanoseconds; // as clock_nanoseconds; THREAD_NO_DEADLINE
	struct thread *parent;
	struct thread *left;
	struct thread *right;
	bool is_set; // it is among them
};

struct thread {
	struct thread_ledger
		ledger; // what it owns, outside of its stack; the dialect reaches it here, at the beginning

	// cells/task: where it is while it does not run.
	uint64_t stack_pointer; // context_switch has saved its registers there
	struct thread_place place;
	struct thread_deadline timer;
	uint32_t waiting;     // enum thread_waiting; atomic
	uint8_t priority;     // as it is scheduled: its own, or what a lock's waiter has lent it
	uint8_t own_priority; // what it has without loans
	bool is_pinned;       // it stays on its core
	bool is_idle;         // its core's idle thread: in no queue
	bool timed_out;       // its deadline has woken it
	const char *name;     // null: before there are tasks

	// Kills: someone wants it to end (atomic), and the innermost catch of cells/unwind/landing.
	uint32_t kill_requested;
	struct landing_frame *innermost_catch;

	// Locks that sleep: for priorities, assertions, and whoever looks around.
	const void *waits_for;                     // the lock, queue or channel that it waits for; null: none; atomic
	uint32_t held_locks;                       // how many it holds
	const void *held[THREAD_HELD_LOCKS_NAMED]; // the first of them
};

// What the scheduler does for the functions below.
struct thread_operations {
	// Called by the running thread, which is THREAD_PREPARED, or has been woken already. Returns when it has been
	// woken or its deadline has passed; it is THREAD_AWAKE then.
	void (*block)(struct thread *self);
	// Puts a thread that was THREAD_BLOCKED, and is marked THREAD_AWAKE, into a run queue.
	void (*wake)(struct thread *thread);
	// The running thread gives way, now that preemption is no longer held off.
	void (*reschedule)(void);
	// The thread is to be scheduled with this priority from now on.
	void (*set_priority)(struct thread *thread, uint8_t priority);
};

// What cells/unwind/thread_kill does for threads that are to end. Both are called by the thread itself.
struct thread_kill_operations {
	// It was woken from thread_block, and no trusted section holds the kill off: unwinds it.
	void (*end_killed)(void);
	// It has got a core again, at `interrupted` if that was in an interrupt (else null): looks for the way to its
	// next kill point.
	void (*seek)(struct interrupt_frame *interrupted);
};

#ifdef __cplusplus
extern "C" {
#endif

// ---- The running thread ----

#if __STDC_HOSTED__
// The double: every thread of the host is one, and waits and wakes as the host's threads do until operations are set.
struct thread *thread_host_current(void);
#endif

// Never null once thread_start_boot or the scheduler has run on this core.
static inline struct thread *thread_current(void)
{
#if __STDC_HOSTED__
	return thread_host_current();
#else
	return core_local_thread();
#endif
}

#if defined(__clang__) && !defined(__cplusplus)
#define THREAD_VOUCHES_ __attribute__((assert_shared_capability(may_sleep)))
#else
#define THREAD_VOUCHES_
#endif

// Vouches that the running thread may sleep where this is called: at the head of a function that is reached through a
// pointer, where MAY_SLEEP would be lost (the entry function of a task, a command, a benchmark).
static inline void thread_may_sleep(void) THREAD_VOUCHES_;
static inline void thread_may_sleep(void)
{
}

// For messages; never null.
const char *thread_name(const struct thread *thread);

// ---- Waiting and waking ----

// From here on a thread_wake is not lost. A full barrier: what is read after it was not read before it.
void thread_prepare_to_block(void);

// There is nothing to wait for.
void thread_cancel_block(void);

// Waits for thread_wake. It may be called only after thread_prepare_to_block, and returns at once if there was a wake
// since.
void thread_block(void) MAY_SLEEP;

// The same until clock_nanoseconds() is `deadline_nanoseconds`. False: that time has come, and nobody has woken it.
MUST_USE bool thread_block_until(uint64_t deadline_nanoseconds) MAY_SLEEP;

// Lets the thread go on, if it waits or is about to. The caller must know that the thread cannot end meanwhile: it
// holds a lock that the thread takes before it leaves the queue it was found in, or a reference to its task.
void thread_wake(struct thread *thread);

// Lets the thread be scheduled with at least this urgency, and with its own again.
void thread_lend_priority(struct thread *thread, uint8_t priority);
void thread_end_loan(struct thread *thread);

// ---- For the scheduler and the start ----

// Makes a static thread the running one of this core, the boot core.
void thread_start_boot(void);

// From now on these do the work; they must stay where they are. `holder`: see cells/sync/cell_pointer.
void thread_set_operations(const struct thread_operations *operations, const char *holder);

void thread_set_kill_operations(const struct thread_kill_operations *operations, const char *holder);

// For the scheduler, when a thread whose kill is requested runs again.
void thread_seek_kill_point(struct interrupt_frame *interrupted);

// What preemption calls when the last hold has gone and a thread is to give way. Nothing, before there is a scheduler.
void thread_reschedule(void);

#ifdef __cplusplus
}
#endif
