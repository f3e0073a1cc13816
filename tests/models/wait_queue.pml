/* claim: whoever grants a waiter never touches a thread that has gone, and no waiter is left behind
 * mutant: LEAVES_AT_ONCE a thread goes as soon as it sees the grant, while the granter has still to wake it
 * mutant: FORGETS_NODE a thread that is stopped leaves its node in the queue
 *
 * The queue of cells/sync/wait_queue: three threads enter it, three grants come, one thread may be killed or run out of
 * time meanwhile. What a grant means is not looked at here: semaphore.pml and others do. */
#define THREADS 3
#include "wait_node.inc"

bool lock;
chan list = [THREADS] of { byte };
byte grants = THREADS;

proctype waiter(byte me)
{
	bool stopped;
	LOCK(lock);
	enqueue(list, me);
	UNLOCK(lock);
	wait_for_grant(me, lock, stopped);
	if
	:: stopped ->
		LOCK(lock);
#ifndef MUTANT_FORGETS_NODE
		if
		:: node[me] == QUEUED -> list ?? eval(me)
		:: else
		fi;
#endif
		node[me] = OUT;
		UNLOCK(lock)
	:: else -> node[me] = OUT
	fi;
	ended[me] = true
}

/* Grants whoever is there until all have gone. */
active proctype granter()
{
	byte t;
	do
	:: ended[0] && ended[1] && ended[2] -> break
	:: nempty(list) ->
		LOCK(lock);
		if
		:: list ? t -> grant(t)
		:: empty(list)
		fi;
		UNLOCK(lock)
	od
}

MAY_STOP(1)

init
{
	atomic {
		run waiter(0);
		run waiter(1);
		run waiter(2)
	}
}
