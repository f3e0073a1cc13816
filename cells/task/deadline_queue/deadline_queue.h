// The threads that wait until a time, the earliest first.
//
// A skew heap, linked through the threads themselves: nothing is allocated, and adding or removing takes a number of
// steps that grows with the logarithm of how many wait (on average over any sequence).
//
// Context: pure; whoever has the queue locks it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/sync/thread/thread.h"

// All zeros: empty.
struct deadline_queue {
	struct thread *earliest; // null: nobody waits
};

#ifdef __cplusplus
extern "C" {
#endif

// Adds a thread that is in none, with `timer.nanoseconds` as its time.
void deadline_queue_add(struct deadline_queue *queue, struct thread *thread);

// Takes out a thread that is in it; nothing if it is in none.
void deadline_queue_remove(struct deadline_queue *queue, struct thread *thread);

// The earliest time; THREAD_NO_DEADLINE if nobody waits.
uint64_t deadline_queue_earliest(const struct deadline_queue *queue);

#ifdef __cplusplus
}
#endif
