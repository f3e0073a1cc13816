// The threads that wait for one core, and the one that runs on it.
//
// A queue is an array of rings, linked through the threads themselves, so that nothing is allocated and putting a
// thread in or taking it out is a few stores, whatever else there is: a thread knows its queue, so no other queue is
// looked at. What the rings mean is the policy's business. Blocked threads are in no queue, nor is a core's idle
// thread.
//
// Context: the lock is for interrupts that are off already, and for one that is held across a switch of threads: who
// gets the core gives it back. It is taken last of all locks and is held for some ten instructions.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/sync/thread/thread.h"

enum { RUN_QUEUE_LISTS = THREAD_PRIORITIES };

// All zeros: free and empty.
LOCK_TYPE(run_queue)
{
	struct thread *owner;                  // of the lock: the thread that ran when it was taken; null: it is free
	uint64_t filled;                       // bit n: ring n is not empty
	uint32_t length;                       // threads in it, the running one included
	struct thread *running;                // which has the core: in a ring, or the idle thread
	struct thread *lists[RUN_QUEUE_LISTS]; // the first of each ring
};

// How the threads of a queue share their core. Each function is called with the queue's lock held; as it is called
// through a pointer, no contract says so, nor do those of the functions below that policies use.
struct scheduling_policy {
	const char *name;
	// Puts a thread in that is in no queue.
	void (*enter)(struct run_queue *queue, struct thread *thread);
	// Takes one out.
	void (*leave)(struct run_queue *queue, struct thread *thread);
	// The running thread, which is in the queue, gives way: who runs now, perhaps itself again.
	struct thread *(*rotate)(struct run_queue *queue, struct thread *running);
	// Who runs when the running one has left; null: nobody is there.
	struct thread *(*first)(struct run_queue *queue);
	// Whether a thread that has just entered is to run before the running one's time is over.
	bool (*preempts)(const struct thread *entered, const struct thread *running);
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes the lock, which was not free. Panics if this thread has taken it.
void run_queue_wait_for_lock(struct run_queue *queue) NEEDS_INTERRUPTS_OFF;

// Takes out of its ring a thread that is in one. Panics if it is in none of this queue's.
void run_queue_remove(struct run_queue *queue, struct thread *thread);

// One that waits and may run on another core; null: there is none.
struct thread *run_queue_spare(struct run_queue *queue);

// Any thread of the queue; null: it is empty.
struct thread *run_queue_any(struct run_queue *queue);

static inline void run_queue_lock(struct run_queue *queue) LOCKS(queue) NEEDS_INTERRUPTS_OFF;
static inline void run_queue_unlock(struct run_queue *queue) UNLOCKS(queue);

#ifdef __cplusplus
}
#endif

LOCK_FUNCTIONS(run_queue)

static inline __attribute__((always_inline)) void run_queue_lock(struct run_queue *queue)
{
	struct thread *expected = NULL;
	if (__builtin_expect(!__atomic_compare_exchange_n(&queue->owner, &expected, thread_current(), false,
				     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED),
		    0))
		run_queue_wait_for_lock(queue);
	run_queue_taken(queue);
}

static inline __attribute__((always_inline)) void run_queue_unlock(struct run_queue *queue)
{
	run_queue_given_back(queue);
	__atomic_store_n(&queue->owner, NULL, __ATOMIC_RELEASE);
}

// A lock that is held across a switch: whoever takes it passes it on, and the thread that gets the core receives it,
// and gives it back at once.
static inline __attribute__((always_inline)) void run_queue_pass_on(struct run_queue *queue) UNLOCKS(queue);
static inline __attribute__((always_inline)) void run_queue_pass_on(struct run_queue *queue)
{
	run_queue_given_back(queue);
}

static inline __attribute__((always_inline)) void run_queue_receive(struct run_queue *queue)
{
	__atomic_store_n(&queue->owner, NULL, __ATOMIC_RELEASE);
}

// Puts a thread that is in no queue at the end of ring `list`.
static inline void run_queue_append(struct run_queue *queue, struct thread *thread, uint32_t list);
static inline void run_queue_append(struct run_queue *queue, struct thread *thread, uint32_t list)
{
	struct thread **first = &AT(queue->lists, list);
	thread->place.list = list;
	thread->place.queue = queue;
	if (*first) {
		thread->place.next = *first;
		thread->place.previous = (*first)->place.previous;
		thread->place.previous->place.next = thread;
		(*first)->place.previous = thread;
	} else {
		thread->place.next = thread->place.previous = thread;
		*first = thread;
		queue->filled |= (uint64_t)1 << list;
	}
	queue->length++;
}

// The number of the last ring that is not empty. Some ring must be.
static inline uint32_t run_queue_highest(const struct run_queue *queue)
{
	return 63 - (uint32_t)__builtin_clzll(queue->filled);
}

static inline bool run_queue_has(const struct thread *thread)
{
	return thread->place.next != NULL;
}
