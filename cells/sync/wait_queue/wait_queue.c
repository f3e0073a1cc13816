#include "cells/sync/wait_queue/wait_queue.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/processor/processor.h"

void wait_node_enter(struct wait_node *node, struct wait_list *list, struct spinlock *lock, const void *what)
{
	struct thread *self = thread_current();
	node->list = list;
	node->lock = lock;
	node->next = NULL;
	node->previous = list->last;
	node->thread = self;
	node->outcome = STATUS_OK;
	node->state = WAIT_STATE_QUEUED;
	if (list->last)
		list->last->next = node;
	else
		list->first = node;
	list->last = node;
	__atomic_store_n(&self->waits_for, what, __ATOMIC_RELAXED);
}

static void take_out(struct wait_node *node)
{
	struct wait_list *list = node->list;
	if (node->next)
		node->next->previous = node->previous;
	else
		list->last = node->previous;
	if (node->previous)
		node->previous->next = node->next;
	else
		list->first = node->next;
}

void wait_node_end(struct wait_node *node, enum status outcome)
{
	take_out(node);
	struct thread *thread = node->thread;
	node->outcome = outcome;
	// From here on the waiter may see it; but it does not go before the lock has been given back.
	__atomic_store_n(&node->state, WAIT_STATE_GRANTED, __ATOMIC_RELEASE);
	thread_wake(thread);
}

void wait_node_grant(struct wait_node *node)
{
	wait_node_end(node, STATUS_OK);
}

static bool is_granted(const struct wait_node *node)
{
	return __atomic_load_n(&node->state, __ATOMIC_ACQUIRE) == WAIT_STATE_GRANTED;
}

// The granter has still to wake this thread, maybe, and must find it: it does so under the lock.
static void await_granter(const struct spinlock *lock)
{
	while (spinlock_is_held(lock))
		processor_pause();
}

static void end_wait(struct wait_node *node)
{
	__atomic_store_n(&node->state, WAIT_STATE_OUT, __ATOMIC_RELAXED);
	__atomic_store_n(&node->thread->waits_for, NULL, __ATOMIC_RELAXED);
}

enum status wait_node_wait(struct wait_node *node, uint64_t deadline_nanoseconds)
{
	if (__atomic_load_n(&node->state, __ATOMIC_RELAXED) == WAIT_STATE_OUT)
		panic("wait_queue: a thread is to wait with a node that is in no list");
	for (;;) {
		thread_prepare_to_block();
		if (is_granted(node)) {
			thread_cancel_block();
			break;
		}
		if (!thread_block_until(deadline_nanoseconds) && !is_granted(node))
			return wait_node_leave(node) ? node->outcome : STATUS_TIMED_OUT;
	}
	await_granter(node->lock);
	end_wait(node);
	return node->outcome;
}

static bool is_any_granted(struct wait_node_list nodes)
{
	bool is_any = false;
	for (size_t i = 0; i < nodes.count && !is_any; i++)
		is_any = is_granted(ITEM(nodes, i));
	return is_any;
}

enum status wait_node_wait_for_any(struct wait_node_list nodes, uint64_t deadline_nanoseconds)
{
	for (;;) {
		thread_prepare_to_block();
		if (is_any_granted(nodes)) {
			thread_cancel_block();
			return STATUS_OK;
		}
		if (!thread_block_until(deadline_nanoseconds))
			return is_any_granted(nodes) ? STATUS_OK : STATUS_TIMED_OUT;
	}
}

bool wait_node_leave(struct wait_node *node)
{
	if (__atomic_load_n(&node->state, __ATOMIC_RELAXED) == WAIT_STATE_OUT)
		return false;
	GUARD(node->lock);
	bool was_granted = is_granted(node);
	if (!was_granted)
		take_out(node);
	end_wait(node);
	return was_granted;
}

void wait_node_release(struct wait_node *node)
{
	(void)wait_node_leave(node);
	*node = (struct wait_node){};
}

void wait_queue_wake_one(struct wait_queue *queue)
{
	GUARD(&queue->lock);
	if (queue->list.first)
		wait_node_grant(queue->list.first);
}

void wait_queue_wake_all(struct wait_queue *queue)
{
	GUARD(&queue->lock);
	while (queue->list.first)
		wait_node_grant(queue->list.first);
}

// A turn in a queue: a wake that its thread cannot make use of goes to the next.
HANDLE(wait_queue_turn)
{
	struct wait_queue *queue;
	struct wait_node node;
};
INTERNAL void wait_queue_turn_release(struct wait_queue_turn *turn);
HANDLE_FUNCTIONS(wait_queue_turn)

void wait_queue_turn_release(struct wait_queue_turn *turn)
{
	if (turn->queue && wait_node_leave(&turn->node))
		wait_queue_wake_one(turn->queue);
	wait_node_drop_in(&turn->node);
	turn->queue = NULL;
}

static __attribute__((noinline)) bool holds(bool (*condition)(void *context), void *context)
{
	return condition(context);
}

// True: the condition holds; else the turn is in the queue.
static bool look(struct wait_queue_turn *turn, struct wait_queue *queue, bool (*condition)(void *), void *context)
{
	GUARD(&queue->lock);
	if (holds(condition, context))
		return true;
	turn->queue = queue;
	wait_node_enter(&turn->node, &queue->list, &queue->lock, queue);
	return false;
}

enum status wait_queue_wait(
	struct wait_queue *queue, bool (*condition)(void *context), void *context, uint64_t deadline_nanoseconds)
{
	OWN(wait_queue_turn, turn);
	while (!look(&turn, queue, condition, context)) {
		enum status status = wait_node_wait(&turn.node, deadline_nanoseconds);
		if (status) {
			GUARD(&queue->lock);
			return holds(condition, context) ? STATUS_OK : status;
		}
	}
	return STATUS_OK;
}
