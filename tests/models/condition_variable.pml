/* claim: a signal after the condition was made true reaches a waiter that has seen it false, a killed waiter's signal the next
 * mutant: UNLOCKS_FIRST the mutex is given back before the waiter is in the list
 * mutant: KEEPS_SIGNAL a waiter that is killed after it was signalled does not pass that on
 *
 * cells/sync/condition_variable: two consumers wait for an item each; a producer makes two, one at a time. */
#define THREADS 2
#include "wait_node.inc"

bool mutex, lock;
chan list = [THREADS] of { byte };
byte items, taken, done;
bool gave_up;

inline signal_locked()
{
	if
	:: list ? first -> grant(first)
	:: empty(list)
	fi
}

proctype consumer(byte me)
{
	byte first;
	bool stopped = false;
	LOCK(mutex);
	do
	:: items > 0 -> items--; taken++; break
	:: items == 0 ->
#ifdef MUTANT_UNLOCKS_FIRST
		UNLOCK(mutex);
		LOCK(lock);
		enqueue(list, me);
		UNLOCK(lock);
#else
		LOCK(lock);
		enqueue(list, me);
		UNLOCK(lock);
		UNLOCK(mutex);
#endif
		wait_for_grant(me, lock, stopped);
		if
		:: stopped ->
			LOCK(lock);
			if
			:: node[me] == QUEUED -> list ?? eval(me)
#ifdef MUTANT_KEEPS_SIGNAL
			:: else
#else
			:: node[me] == GRANTED -> signal_locked()
#endif
			fi;
			UNLOCK(lock);
			gave_up = true
		:: else
		fi;
		node[me] = OUT;
		LOCK(mutex);
		if
		:: stopped -> break
		:: else
		fi
	od;
	UNLOCK(mutex);
	ended[me] = true;
	done++
}

active proctype producer()
{
	byte first, i;
	for (i : 1 .. 2) {
		LOCK(mutex);
		items++;
		UNLOCK(mutex);
		LOCK(lock);
		signal_locked();
		UNLOCK(lock);
		taken >= 1 /* by one of those that are not killed */
	}
}

MAY_STOP(1)

init
{
	atomic {
		run consumer(0);
		run consumer(1)
	}
	done == THREADS;
	assert(taken == 2 || gave_up)
}
