/* claim: at most one thread holds a mutex, everyone who waits gets it, and a killed waiter leaves it to the next
 * mutant: UNLOCK_STORES unlock stores zero in place of comparing: who has begun to wait meanwhile is forgotten
 * mutant: KEEPS_GRANT a waiter that is killed after it was handed the mutex keeps it
 * mutant: WAITS_UNMARKED a waiter enters the list without marking the owner's word
 *
 * cells/sync/mutex: one word, the owner and a mark that someone waits; it changes by compare-and-exchange. With waiters
 * the mutex is handed over under the lock of the lists. */
#define THREADS 3
#include "wait_node.inc"

#define FREE 0
#define OWNED(t) ((t) + 1)

bool lock;
chan list = [THREADS] of { byte };
byte owner; /* the word, without */
bool marked; /* its mark: both change in one step */
byte holders, done;

inline hand_over()
{
	if
	:: list ? first -> atomic { owner = OWNED(first); marked = nempty(list) }; grant(first)
	:: empty(list) -> atomic { owner = FREE; marked = false }
	fi
}

inline unlock(me)
{
#ifdef MUTANT_UNLOCK_STORES
	was = marked;
	if
	:: !was -> owner = FREE
	:: else -> LOCK(lock); hand_over(); UNLOCK(lock)
	fi
#else
	atomic {
		was = marked;
		if
		:: !was -> owner = FREE
		:: else
		fi
	};
	if
	:: was -> LOCK(lock); hand_over(); UNLOCK(lock)
	:: else
	fi
#endif
}

proctype user(byte me)
{
	byte first;
	bool stopped = false, was, got;
	atomic {
		got = owner == FREE && !marked;
		if
		:: got -> owner = OWNED(me)
		:: else
		fi
	};
	if
	:: got
	:: else ->
		LOCK(lock);
		atomic {
			got = owner == FREE;
			if
			:: got -> owner = OWNED(me)
#ifndef MUTANT_WAITS_UNMARKED
			:: else -> marked = true
#else
			:: else
#endif
			fi
		};
		if
		:: got -> UNLOCK(lock)
		:: else ->
			enqueue(list, me);
			UNLOCK(lock);
			wait_for_grant(me, lock, stopped)
		fi
	fi;
	if
	:: stopped ->
		LOCK(lock);
		if
		:: node[me] == QUEUED -> list ?? eval(me)
#ifdef MUTANT_KEEPS_GRANT
		:: else
#else
		:: node[me] == GRANTED -> hand_over()
#endif
		fi;
		node[me] = OUT;
		UNLOCK(lock)
	:: else ->
		assert(owner == OWNED(me));
		holders++;
		assert(holders == 1);
		holders--;
		unlock(me)
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
	assert(owner == FREE)
}
