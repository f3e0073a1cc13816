#include "cells/task/round_robin_policy/round_robin_policy.h"

enum { RING = 0 };

static void enter(struct run_queue *queue, struct thread *thread)
{
	run_queue_append(queue, thread, RING);
}

static void leave(struct run_queue *queue, struct thread *thread)
{
	run_queue_remove(queue, thread);
}

static struct thread *rotate(struct run_queue *queue, struct thread *running)
{
	struct thread *next = running->place.next;
	AT(queue->lists, RING) = next;
	return next;
}

static struct thread *first(struct run_queue *queue)
{
	return AT(queue->lists, RING);
}

static bool preempts(const struct thread *entered, const struct thread *running)
{
	(void)entered;
	(void)running;
	return false;
}

const struct scheduling_policy round_robin_policy = {
	.name = "round_robin",
	.enter = enter,
	.leave = leave,
	.rotate = rotate,
	.first = first,
	.preempts = preempts,
};
