/* claim: a message sent is received exactly once or returned to its sender; no sender and receiver wait for each other; close ends all
 * mutant: KEEPS_MESSAGE a receiver that is killed after it was handed a message counts as one that has none
 * mutant: LOOKS_OUTSIDE a sender looks for a receiver before it takes the lock
 * mutant: TAKES_WITHOUT_GRANT a receiver takes the message of a waiting sender and leaves the sender in the list
 * mutant: CLOSE_FORGETS_RECEIVERS close ends the senders alone
 *
 * cells/channel/rendezvous_channel: whoever comes second moves the message from the sender's place to the receiver's,
 * under the lock. Two senders, two receivers; one of each may be killed or run out of time. */
#define THREADS 4
#include "wait_node.inc"

#define SENDER(t) ((t) < 2)

bool lock, closed;
chan senders = [THREADS] of { byte };
chan receivers = [THREADS] of { byte };
byte place[THREADS]; /* what lies there: 0 nothing, else the message */
bool sent[THREADS];
byte done;

inline leave(list)
{
	LOCK(lock);
	if
	:: node[me] == QUEUED -> list ?? eval(me)
	:: else
	fi;
#ifdef MUTANT_KEEPS_MESSAGE
	if
	:: !SENDER(me) && stopped -> place[me] = 0
	:: else
	fi;
#endif
	UNLOCK(lock)
}

proctype sender(byte me)
{
	byte other;
	bool stopped = false;
	place[me] = me + 1;
#ifdef MUTANT_LOOKS_OUTSIDE
	bool meets = len(receivers) > 0;
	LOCK(lock);
#else
	LOCK(lock);
	bool meets = len(receivers) > 0;
#endif
	if
	:: closed -> UNLOCK(lock)
	:: !closed && meets ->
		receivers ? other;
		place[other] = place[me];
		place[me] = 0;
		grant(other);
		UNLOCK(lock)
	:: else ->
		enqueue(senders, me);
		UNLOCK(lock);
		wait_for_grant(me, lock, stopped);
		leave(senders)
	fi;
	sent[me] = place[me] == 0;
	ended[me] = true;
	done++
}

proctype receiver(byte me)
{
	byte other;
	bool stopped = false;
	LOCK(lock);
	if
	:: closed -> UNLOCK(lock)
	:: !closed && nempty(senders) ->
#ifdef MUTANT_TAKES_WITHOUT_GRANT
		senders ? <other>;
		place[me] = place[other];
#else
		senders ? other;
		place[me] = place[other];
		place[other] = 0;
		grant(other);
#endif
		UNLOCK(lock)
	:: else ->
		enqueue(receivers, me);
		UNLOCK(lock);
		wait_for_grant(me, lock, stopped);
		leave(receivers)
	fi;
	ended[me] = true;
	done++
}

active proctype stopper()
{
	if
	:: stop[0] = true; WAKE(0)
	:: true
	fi
	if
	:: stop[2] = true; WAKE(2)
	:: true
	fi
}

/* When nothing moves any more, nobody may wait who could be served; then the channel is closed and all must end. */
active proctype closer()
{
	byte other;
	timeout;
	assert(empty(senders) || empty(receivers));
	LOCK(lock);
	closed = true;
	do
	:: senders ? other -> grant(other)
#ifdef MUTANT_CLOSE_FORGETS_RECEIVERS
	:: empty(senders) -> break
	od;
#else
	:: receivers ? other -> grant(other)
	:: empty(senders) && empty(receivers) -> break
	od;
#endif
	UNLOCK(lock);
	done == THREADS;
	byte message;
	for (message : 1 .. 2) {
		assert((place[2] == message -> 1 : 0) + (place[3] == message -> 1 : 0) == (sent[message - 1] -> 1 : 0));
		assert(sent[message - 1] || place[message - 1] == message)
	}
}

init
{
	atomic {
		run sender(0);
		run sender(1);
		run receiver(2);
		run receiver(3)
	}
}
