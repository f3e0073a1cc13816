/* claim: as many hold a permit as there are, nobody waits while one is free, and a killed waiter takes none along
 * mutant: KEEPS_GRANT a waiter that is killed after it was granted a permit keeps it
 * mutant: LOOKS_OUTSIDE the count is looked at before the lock is taken
 *
 * cells/sync/semaphore: a permit that is given back goes to the first waiter, without passing through the count. */
#define THREADS 3
#include "wait_node.inc"

bool lock;
chan list = [THREADS] of { byte };
byte count = 1;
byte holders, done;

inline signal_locked()
{
	if
	:: list ? first -> grant(first)
	:: empty(list) -> count++
	fi
}

proctype user(byte me)
{
	byte first;
	bool stopped = false;
#ifdef MUTANT_LOOKS_OUTSIDE
	bool free = count > 0;
	LOCK(lock);
#else
	LOCK(lock);
	bool free = count > 0;
#endif
	if
	:: free -> count--; UNLOCK(lock)
	:: else ->
		enqueue(list, me);
		UNLOCK(lock);
		wait_for_grant(me, lock, stopped)
	fi;
	if
	:: stopped ->
		LOCK(lock);
		if
		:: node[me] == QUEUED -> list ?? eval(me)
#ifdef MUTANT_KEEPS_GRANT
		:: else
#else
		:: node[me] == GRANTED -> signal_locked()
#endif
		fi;
		node[me] = OUT;
		UNLOCK(lock)
	:: else ->
		holders++;
		assert(holders == 1);
		holders--;
		LOCK(lock);
		signal_locked();
		UNLOCK(lock)
	fi;
	ended[me] = true;
	done++
}

MAY_STOP(1)

init
{
	atomic {
		run user(0);
		run user(1);
		run user(2)
	}
	done == THREADS;
	assert(count == 1)
}
