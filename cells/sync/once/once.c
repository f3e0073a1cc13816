#include "cells/sync/once/once.h"

#include "cells/base/panic/panic.h"
#include "cells/sync/thread/thread.h"

enum once_state { ONCE_UNDONE, ONCE_BEGUN, ONCE_DONE };

static void change(struct once *once, enum once_state state)
{
	{
		GUARD(&once->queue.lock);
		__atomic_store_n(&once->state, state, __ATOMIC_RELEASE);
	}
	if (state == ONCE_DONE)
		wait_queue_wake_all(&once->queue);
	else
		wait_queue_wake_one(&once->queue);
}

// Not done: whoever is next tries.
void once_turn_release(struct once_turn *turn)
{
	struct once *once = turn->once;
	if (!once)
		return;
	turn->once = NULL;
	change(once, ONCE_UNDONE);
}

struct look {
	struct once *once;
	bool is_mine;
};

// Under the queue's lock: whether there is nothing to wait for.
static bool look(void *context)
{
	struct look *look = context;
	if (look->once->state == ONCE_UNDONE) {
		look->once->state = ONCE_BEGUN;
		look->is_mine = true;
	}
	return look->is_mine || look->once->state == ONCE_DONE;
}

bool once_begin(struct once *once, struct once_turn *turn)
{
	if (once_is_done(once))
		return false;
	struct look at = {once, false};
	if (wait_queue_wait(&once->queue, look, &at, THREAD_NO_DEADLINE))
		panic("once: a wait without a deadline has ended");
	if (!at.is_mine)
		return false;
	once_turn_fill(turn, (struct once_turn){once});
	return true;
}

void once_finish(struct once_turn *turn)
{
	struct once *once = turn->once;
	once_turn_forget(turn);
	change(once, ONCE_DONE);
}

bool once_is_done(const struct once *once)
{
	return __atomic_load_n(&once->state, __ATOMIC_ACQUIRE) == ONCE_DONE;
}
