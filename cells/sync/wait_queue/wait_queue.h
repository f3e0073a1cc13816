// Waiting to be granted something: what mutexes, semaphores and channels are made of.
//
// A waiter enters a list with a node that lies on its own stack, under the spinlock that guards the list and what it
// waits for; so between looking and entering nothing is missed. Whoever has something to grant takes the first node
// out, under the same lock. Nothing is allocated.
//
//     OWN(wait_node, node);
//     {
//             GUARD(&pool->lock);
//             if (pool->free > 0) { pool->free--; return STATUS_OK; }
//             wait_node_enter(&node, &pool->waiters, &pool->lock, pool);
//     }
//     return wait_node_wait(&node, THREAD_NO_DEADLINE);
//
//     GUARD(&pool->lock);                                        // the other side
//     if (pool->waiters.first)
//             wait_node_grant(pool->waiters.first);
//     else
//             pool->free++;
//
// A node is a handle: a waiter that is killed unwinds out of wait_node_wait, and the node leaves its list. It may have
// been granted something in that moment: who must not lose that owns the node in a handle of its own, whose release
// asks wait_node_leave (cells/sync/semaphore). A node must not be moved while it is in a list.
//
// The protocol is tests/models/wait_queue.pml.
//
// Context: wait_node_wait sleeps; the others are for use under the list's spinlock, in interrupts too.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/sync/spinlock/spinlock.h"
#include "cells/sync/thread/thread.h"

enum wait_state {
	WAIT_STATE_OUT,
	WAIT_STATE_QUEUED,
	WAIT_STATE_GRANTED,
};

struct wait_node;

// All zeros: nobody waits.
struct wait_list {
	struct wait_node *first; // to be changed by the functions below alone
	struct wait_node *last;
};

HANDLE(wait_node)
{
	struct wait_list *list PRIVATE_OF(wait_queue);
	struct spinlock *lock PRIVATE_OF(wait_queue);
	struct wait_node *next;
	struct wait_node *previous PRIVATE_OF(wait_queue);
	uint32_t state PRIVATE_OF(wait_queue); // enum wait_state; atomic
	enum status outcome PRIVATE_OF(wait_queue);
	struct thread *thread; // that waits
	void *place;           // for who made it: where a message is to lie, for example
	const void *message;   // or lies
};

SLICE_TYPE(wait_node_list, struct wait_node *);

// A list with a lock of its own, for whoever has no other: a condition that threads wait for, and look at again.
struct wait_queue {
	struct spinlock lock;
	struct wait_list list GUARDED_BY(&lock);
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(wait_node)

// ---- Lists, under their lock ----

// Enters the running thread at the end. `what` is what it waits for, for those who look around: an address.
void wait_node_enter(struct wait_node *node, struct wait_list *list, struct spinlock *lock, const void *what)
	NEEDS_LOCK(lock);

// Takes the node out, and lets its thread return from wait_node_wait: with STATUS_OK, or another status.
void wait_node_grant(struct wait_node *node);
void wait_node_end(struct wait_node *node, enum status outcome);

// ---- Of the thread that waits ----

// Waits until the node is granted: STATUS_OK or what wait_node_end says. STATUS_TIMED_OUT: clock_nanoseconds has
// reached the deadline. The node is out of its list on return.
MUST_USE enum status wait_node_wait(struct wait_node *node, uint64_t deadline_nanoseconds) MAY_SLEEP;

// Waits until one of the nodes is granted; they stay where they are, to be asked with wait_node_leave.
// STATUS_TIMED_OUT: at the deadline none was. An empty node is never granted.
MUST_USE enum status wait_node_wait_for_any(struct wait_node_list nodes, uint64_t deadline_nanoseconds) MAY_SLEEP;

// Takes the node out of its list, if it is in one. True: it was granted, and nobody has been told yet.
MUST_USE bool wait_node_leave(struct wait_node *node);

// ---- Queues ----

// Wakes one thread, or all, whose condition may have come true.
void wait_queue_wake_one(struct wait_queue *queue);
void wait_queue_wake_all(struct wait_queue *queue);

// Sleeps until `condition(context)` is true; it is called with the queue's lock held. STATUS_TIMED_OUT: at the deadline
// it was still false.
MUST_USE enum status wait_queue_wait(struct wait_queue *queue, bool (*condition)(void *context), void *context,
	uint64_t deadline_nanoseconds) MAY_SLEEP NEEDS_UNLOCKED(&queue->lock);

#ifdef __cplusplus
}
#endif
