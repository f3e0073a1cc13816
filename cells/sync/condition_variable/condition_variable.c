#include "cells/sync/condition_variable/condition_variable.h"

#include "cells/sync/spinlock/spinlock.h"

// A thread's wait, without the mutex. A signal that it cannot make use of goes to the next; the mutex is taken again.
HANDLE(condition_variable_turn)
{
	struct condition_variable *variable;
	struct mutex *mutex;
	struct wait_node node;
};
INTERNAL void condition_variable_turn_release(struct condition_variable_turn *turn);
HANDLE_FUNCTIONS(condition_variable_turn)

void condition_variable_turn_release(struct condition_variable_turn *turn) MAY_SLEEP
{
	if (!turn->variable)
		return;
	if (wait_node_leave(&turn->node))
		condition_variable_signal(turn->variable);
	wait_node_drop_in(&turn->node);
	turn->variable = NULL;
	mutex_lock_again(turn->mutex);
}

static void enter(struct condition_variable_turn *turn, struct condition_variable *variable, struct mutex *mutex)
{
	GUARD(&variable->queue.lock);
	turn->variable = variable;
	turn->mutex = mutex;
	wait_node_enter(&turn->node, &variable->queue.list, &variable->queue.lock, variable);
}

enum status condition_variable_wait(
	struct condition_variable *variable, struct mutex *mutex, uint64_t deadline_nanoseconds)
{
	OWN(condition_variable_turn, turn);
	enter(&turn, variable, mutex);
	mutex_unlock_for_now(mutex); // the turn takes it again at the end of this scope
	return wait_node_wait(&turn.node, deadline_nanoseconds);
}

void condition_variable_signal(struct condition_variable *variable)
{
	wait_queue_wake_one(&variable->queue);
}

void condition_variable_signal_all(struct condition_variable *variable)
{
	wait_queue_wake_all(&variable->queue);
}
