#include "cells/task/deadline_queue/deadline_queue.h"

static bool is_before(const struct thread *a, const struct thread *b)
{
	return a->timer.nanoseconds < b->timer.nanoseconds;
}

static void set_left(struct thread *parent, struct thread *child)
{
	parent->timer.left = child;
	if (child)
		child->timer.parent = parent;
}

// Makes one heap of two. On the way down the right sides, children change sides: that is what keeps it balanced enough.
static struct thread *merge(struct thread *a, struct thread *b)
{
	if (!a)
		return b;
	if (!b)
		return a;
	struct thread *root = is_before(b, a) ? b : a;
	struct thread *rest = root == a ? b : a;
	struct thread *at = root;
	while (rest) {
		struct thread *right = at->timer.right;
		at->timer.right = at->timer.left;
		if (right && is_before(right, rest)) {
			struct thread *earlier = right;
			right = rest;
			rest = earlier;
		}
		set_left(at, rest);
		at = rest;
		rest = right;
	}
	return root;
}

void deadline_queue_add(struct deadline_queue *queue, struct thread *thread)
{
	thread->timer.left = NULL;
	thread->timer.right = NULL;
	thread->timer.is_set = true;
	queue->earliest = merge(queue->earliest, thread);
	queue->earliest->timer.parent = NULL;
}

void deadline_queue_remove(struct deadline_queue *queue, struct thread *thread)
{
	struct thread_deadline *timer = &thread->timer;
	if (!timer->is_set)
		return;
	struct thread *rest = merge(timer->left, timer->right);
	struct thread *parent = timer->parent;
	if (rest)
		rest->timer.parent = parent;
	if (!parent)
		queue->earliest = rest;
	else if (parent->timer.left == thread)
		parent->timer.left = rest;
	else
		parent->timer.right = rest;
	timer->parent = NULL;
	timer->left = NULL;
	timer->right = NULL;
	timer->is_set = false;
}

uint64_t deadline_queue_earliest(const struct deadline_queue *queue)
{
	return queue->earliest ? queue->earliest->timer.nanoseconds : THREAD_NO_DEADLINE;
}
