/* claim: a join gets the result and the task is reaped exactly once: by who joins, or by the task itself if the right was dropped
 * mutant: LOOKS_BEFORE the joiner looks for the end before it has prepared to block, and not after
 * mutant: STORES_STATE the task's end is stored in place of exchanged: a right that was dropped meanwhile is not seen
 * mutant: LEAVES_AT_ONCE the joiner reaps the task while it has still to wake the joiner
 *
 * The end of a task: its state goes from RUNNING to ENDED by an exchange; dropping the joinable right makes it ORPHAN.
 * Whoever comes second reaps. The joiner may be killed while it waits: its right is dropped then. (cells/task/spawn does
 * it otherwise: the end is noted and the joiner woken under the task's lock, and the last counted reference reaps. The
 * model shows what either must keep to.) */
#define THREADS 1
#include "wait_node.inc"

#define RUNNING 0
#define ENDED 1
#define ORPHAN 2

bool lock;
byte state, result, reaped;
bool wants_wake, joined, dropped;

active proctype task()
{
	byte before;
	result = 7;
#ifdef MUTANT_STORES_STATE
	before = state;
	LOCK(lock);
	state = ENDED;
#else
	LOCK(lock);
	atomic {
		before = state;
		state = ENDED
	};
#endif
	if
	:: before == RUNNING && wants_wake -> assert(!reaped); WAKE(0)
	:: else
	fi;
	UNLOCK(lock);
	if
	:: before == ORPHAN -> reaped++
	:: else
	fi
}

inline drop()
{
	byte before;
	atomic {
		before = state;
		state = ORPHAN
	};
	dropped = true;
	if
	:: before == ENDED ->
		LOCK(lock); /* the task may still be under it */
		UNLOCK(lock);
		reaped++
	:: else
	fi
}

active proctype joiner()
{
	bool stopped = false;
	if
	:: drop()
	:: true ->
		LOCK(lock);
		wants_wake = true;
		UNLOCK(lock);
#ifdef MUTANT_LOOKS_BEFORE
		if
		:: state == ENDED
		:: else -> PREPARE(0); block(0)
		fi;
#else
		do
		::
			PREPARE(0);
			if
			:: state == ENDED -> CANCEL(0); break
			:: stop[0] && state != ENDED -> CANCEL(0); stopped = true; break
			:: else
			fi;
			block(0)
		od;
#endif
		if
		:: stopped ->
			LOCK(lock);
			wants_wake = false;
			UNLOCK(lock);
			drop()
		:: else ->
#ifndef MUTANT_LEAVES_AT_ONCE
			!lock;
#endif
			assert(result == 7);
			joined = true;
			reaped++
		fi
	fi
}

#ifndef MUTANT_LOOKS_BEFORE
MAY_STOP(0)
#endif

active proctype end()
{
	timeout;
	assert(reaped == 1);
	assert(joined != dropped)
}
