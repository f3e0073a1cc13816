#include "cells/task/run_queue/run_queue.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/processor/processor.h"

static __attribute__((noreturn, cold, noinline)) void taken_twice(const struct thread *me)
{
	panic("run_queue: %s takes a lock that it holds already", thread_name(me));
}

__attribute__((noinline)) void run_queue_wait_for_lock(struct run_queue *queue)
{
	struct thread *me = thread_current();
	struct thread *expected;
	do {
		if (__atomic_load_n(&queue->owner, __ATOMIC_RELAXED) == me)
			taken_twice(me);
		// Only reading until it is free keeps the cache line from wandering between those who wait.
		while (__atomic_load_n(&queue->owner, __ATOMIC_RELAXED))
			processor_pause();
		expected = NULL;
	} while (!__atomic_compare_exchange_n(&queue->owner, &expected, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
}

static __attribute__((noreturn, cold, noinline)) void not_there(const struct thread *thread)
{
	panic("run_queue: %s is not in this queue", thread_name(thread));
}

void run_queue_remove(struct run_queue *queue, struct thread *thread)
{
	struct thread_place *place = &thread->place;
	if (!place->next || place->queue != queue)
		not_there(thread);
	struct thread **first = &AT(queue->lists, place->list);
	if (place->next == thread) {
		*first = NULL;
		queue->filled &= ~((uint64_t)1 << place->list);
	} else {
		place->next->place.previous = place->previous;
		place->previous->place.next = place->next;
		if (*first == thread)
			*first = place->next;
	}
	place->next = NULL;
	place->previous = NULL;
	queue->length--;
}

static bool is_spare(const struct run_queue *queue, const struct thread *thread)
{
	return thread != queue->running && !thread->is_pinned;
}

struct thread *run_queue_spare(struct run_queue *queue)
{
	uint64_t left = queue->filled;
	while (left != 0) {
		uint32_t list = 63 - (uint32_t)__builtin_clzll(left);
		left &= ~((uint64_t)1 << list);
		struct thread *first = AT(queue->lists, list);
		struct thread *thread = first;
		do {
			if (is_spare(queue, thread))
				return thread;
			thread = thread->place.next;
		} while (thread != first);
	}
	return NULL;
}

struct thread *run_queue_any(struct run_queue *queue)
{
	return queue->filled != 0 ? AT(queue->lists, run_queue_highest(queue)) : NULL;
}
