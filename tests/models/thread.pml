/* claim: a thread that prepares, looks again, and blocks, is woken whenever its condition has come true before or after
 * mutant: LOOKS_BEFORE the condition is looked at before the thread has prepared
 * mutant: WAKES_ONLY_BLOCKED a wake between prepare and block is not remembered
 * mutant: WAKES_FIRST the waker wakes, and makes the condition true after
 *
 * The protocol of cells/sync/thread: two threads wait, each for its own turn of a counter; a third thread, a timer or a
 * killer wakes them for no reason now and then. */
#define THREADS 2
#include "thread.inc"

byte turn;

proctype waiter(byte me)
{
	do
	::
#ifdef MUTANT_LOOKS_BEFORE
		if
		:: turn > me -> break
		:: else
		fi;
		PREPARE(me);
#else
		PREPARE(me);
		if
		:: turn > me -> CANCEL(me); break
		:: else
		fi;
#endif
		block(me)
	od
}

active proctype waker()
{
	byte i;
	for (i : 0 .. THREADS - 1) {
#ifdef MUTANT_WAKES_FIRST
		WAKE(i);
		turn++
#else
		turn++;
		WAKE(i)
#endif
	}
}

active proctype no_reason()
{
	WAKE(0);
	if
	:: WAKE(1)
	:: true
	fi
}

init
{
	atomic {
		run waiter(0);
		run waiter(1)
	}
}
