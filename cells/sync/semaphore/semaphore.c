#include "cells/sync/semaphore/semaphore.h"

// A thread's wait. Should it be granted a permit in the moment of its death, the next one gets it.
HANDLE(semaphore_turn)
{
	struct semaphore *semaphore;
	struct wait_node node;
};
INTERNAL void semaphore_turn_release(struct semaphore_turn *turn);
HANDLE_FUNCTIONS(semaphore_turn)

void semaphore_turn_release(struct semaphore_turn *turn)
{
	if (turn->semaphore && wait_node_leave(&turn->node))
		semaphore_signal(turn->semaphore);
	wait_node_drop_in(&turn->node);
	turn->semaphore = NULL;
}

static bool take_or_enter(struct semaphore *semaphore, struct semaphore_turn *turn)
{
	GUARD(&semaphore->lock);
	if (semaphore->permits > 0) {
		semaphore->permits--;
		return true;
	}
	if (turn) {
		turn->semaphore = semaphore;
		wait_node_enter(&turn->node, &semaphore->waiters, &semaphore->lock, semaphore);
	}
	return false;
}

enum status semaphore_wait(struct semaphore *semaphore, uint64_t deadline_nanoseconds)
{
	OWN(semaphore_turn, turn);
	if (take_or_enter(semaphore, &turn))
		return STATUS_OK;
	return wait_node_wait(&turn.node, deadline_nanoseconds);
}

bool semaphore_try_wait(struct semaphore *semaphore)
{
	return take_or_enter(semaphore, NULL);
}

void semaphore_signal(struct semaphore *semaphore)
{
	GUARD(&semaphore->lock);
	if (semaphore->waiters.first)
		wait_node_grant(semaphore->waiters.first);
	else
		semaphore->permits++;
}
