/* claim: many producers and consumers, full and empty: each message is received exactly once or returned, nobody waits who could go on
 * mutant: NO_CHAIN who has received does not look whether another receiver can go on, too
 * mutant: LOOKS_BEFORE a thread looks at the ring before it is among those that wait, and not after
 * mutant: WAITS_UNCOUNTED a waiter is in the list, and counted there, only after it has looked again
 * mutant: KEEPS_WAKE a waiter that is killed after it was woken does not pass that on
 * mutant: KEEPS_WAKE_OF_OTHERS who has been served while it entered keeps the wake that came meanwhile
 *
 * cells/channel/async_channel, the kind for many: a ring of slots, each with a sequence number that says for whom it is;
 * positions are claimed by compare-and-exchange. A woken waiter tries again, as anybody may have been faster. `waiting`
 * counts who is in either list; it is read after every change of the ring, and `progress` wakes one of each side that
 * may go on. What is done under the lock is one step here. One consumer may be killed. */
#define THREADS 4
#include "wait_node.inc"

#define CAPACITY 2
#ifndef PRODUCERS
#define PRODUCERS 1
#define CONSUMERS 2
#define EACH 2 /* messages of each producer */
#endif
#define MESSAGES 4
#ifndef ONE_EACH
#define ONE_EACH false /* a consumer goes when it has received one */
#endif

bool lock, closed;
chan senders = [THREADS] of { byte };
chan receivers = [THREADS] of { byte };
byte waiting_count;
byte head, tail;
byte sequence[CAPACITY];
byte slot[CAPACITY];
byte received[MESSAGES + 1];
bool returned[MESSAGES + 1];
byte done;

/* async_channel_progress: by the counters alone; who is woken in vain waits again. */
inline progress(also_receivers)
{
	if
	:: waiting_count > 0 ->
		atomic {
			!lock;
			if
			:: also_receivers && head != tail && len(receivers) > 0 ->
				receivers ? other; waiting_count--; grant(other)
			:: else
			fi;
			if
			:: tail - head < CAPACITY && len(senders) > 0 -> senders ? other; waiting_count--; grant(other)
			:: else
			fi;
			other = 0
		}
	:: else
	fi
}

inline try_send(m, ok)
{
	do
	::
		at = tail;
		if
		:: closed || sequence[at % CAPACITY] != at -> ok = false; break
		:: else
		fi;
		atomic {
			ok = tail == at && !closed;
			if
			:: ok -> tail++
			:: else
			fi
		};
		if
		:: ok ->
			slot[at % CAPACITY] = m;
			atomic {
				sequence[at % CAPACITY] = at + 1;
				at = 0
			}
			progress(true);
			break
		:: else
		fi
	od
}

inline try_receive(m, ok)
{
	do
	::
		at = head;
		if
		:: sequence[at % CAPACITY] != at + 1 -> ok = false; break
		:: else
		fi;
		atomic {
			ok = head == at;
			if
			:: ok -> head++
			:: else
			fi
		};
		if
		:: ok ->
			m = slot[at % CAPACITY];
			atomic {
				sequence[at % CAPACITY] = at + CAPACITY;
				at = 0
			}
#ifdef MUTANT_NO_CHAIN
			progress(false);
#else
			progress(true);
#endif
			break
		:: else
		fi
	od
}

inline enter(list)
{
	atomic {
		enqueue(list, me);
#ifndef MUTANT_WAITS_UNCOUNTED
		waiting_count++
#endif
	}
}

/* The node is dropped: a wake that it did not wait for goes on. */
inline leave(list)
{
	atomic {
		was_woken = node[me] == GRANTED;
		if
		:: node[me] == QUEUED -> list ?? eval(me); waiting_count--
		:: else
		fi;
		node[me] = OUT
	}
}

inline pass_on()
{
#ifdef MUTANT_KEEPS_WAKE_OF_OTHERS
	was_woken = false
#else
	if
	:: was_woken -> was_woken = false; progress(true)
	:: else
	fi
#endif
}

inline wait(list)
{
#ifdef MUTANT_WAITS_UNCOUNTED
	waiting_count++;
#endif
	wait_for_grant(me, lock, stopped)
}

proctype producer(byte me)
{
	byte other, at, i, m;
	bool ok, stopped = false, was_woken;
	for (i : 1 .. EACH) {
		m = me * EACH + i;
		do
		::
			try_send(m, ok);
			if
			:: ok -> break
			:: !ok && closed -> returned[m] = true; break
			:: else
			fi;
			enter(senders);
#ifndef MUTANT_LOOKS_BEFORE
			try_send(m, ok);
			if
			:: ok || closed -> leave(senders); pass_on()
			:: else -> wait(senders); leave(senders)
			fi;
			if
			:: ok -> break
			:: !ok && closed -> returned[m] = true; break
			:: else
			fi
#else
			wait(senders);
			leave(senders)
#endif
		od
	}
	ended[me] = true;
	done++
}

proctype consumer(byte me)
{
	byte other, at, m;
	bool ok, stopped = false, was_woken;
	do
	::
		try_receive(m, ok);
		if
		:: ok ->
			atomic { received[m]++; m = 0 };
			if
			:: stop[me] || ONE_EACH -> break
			:: else
			fi
		:: !ok && closed && head == tail -> break
		:: else ->
			enter(receivers);
#ifndef MUTANT_LOOKS_BEFORE
			try_receive(m, ok);
			if
			:: ok || (closed && head == tail) -> leave(receivers); pass_on()
			:: else -> wait(receivers); leave(receivers)
			fi;
			if
			:: ok -> atomic { received[m]++; m = 0 }
			:: else
			fi;
#else
			wait(receivers);
			leave(receivers);
#endif
			if
			:: ok && ONE_EACH -> break
			:: else
			fi;
			if
			:: stopped || stop[me] ->
#ifndef MUTANT_KEEPS_WAKE
				progress(true);
#endif
				break
			:: else
			fi
		fi
	od;
	ended[me] = true;
	done++
}

#ifndef NOBODY_STOPS
MAY_STOP(2)
#endif

/* When nothing moves any more: nobody waits who could go on. Then the channel is closed, and all must end. */
active proctype closer()
{
	byte other, m;
	timeout;
	assert(!(head != tail && len(receivers) > 0));
	assert(!(tail - head < CAPACITY && len(senders) > 0));
	LOCK(lock);
	closed = true;
	do
	:: senders ? other -> waiting_count--; grant(other)
	:: receivers ? other -> waiting_count--; grant(other)
	:: empty(senders) && empty(receivers) -> break
	od;
	UNLOCK(lock);
	done == PRODUCERS + CONSUMERS;
	assert(waiting_count == 0);
	do /* what nobody was left to receive */
	:: head != tail -> received[slot[head % CAPACITY]]++; head++
	:: else -> break
	od;
	for (m : 1 .. PRODUCERS * EACH) {
		assert(received[m] + (returned[m] -> 1 : 0) == 1)
	}
}

init
{
	atomic {
		sequence[1] = 1;
		run producer(0);
#if PRODUCERS > 1
		run producer(1);
#endif
#if CONSUMERS > 1
		run consumer(3);
#endif
		run consumer(2)
	}
}
