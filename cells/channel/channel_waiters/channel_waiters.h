// Who waits at a channel: senders for room or a receiver, receivers for a message.
//
// Channels are made of it; users of channels need it only through them. `count` is how many are in either list: who has
// changed the channel reads it, and has nothing to wake while it is 0. So a thread enters first and looks at the
// channel again then: one of both sides sees the other. A thread that was woken and does not make use of it passes that
// on.
//
// Context: channel_turn_wait sleeps; no allocation. One spinlock for both lists.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/sync/spinlock/spinlock.h"
#include "cells/sync/wait_queue/wait_queue.h"

enum channel_side { CHANNEL_SENDERS, CHANNEL_RECEIVERS, CHANNEL_SIDES };

// All zeros: nobody waits.
struct channel_waiters {
	struct spinlock lock;
	uint32_t count; // atomic; changes under the lock
	struct wait_list lists[CHANNEL_SIDES] GUARDED_BY(&lock);
};

// A thread's wait. It must not be moved while it waits, and ends before the channel.
HANDLE(channel_turn)
{
	struct channel_waiters *waiters PRIVATE_OF(channel_waiters); // null: empty
	struct wait_node node PRIVATE_OF(channel_waiters);
	enum channel_side side PRIVATE_OF(channel_waiters);
	bool is_queued PRIVATE_OF(channel_waiters);
	bool is_woken PRIVATE_OF(channel_waiters); // and has not made use of it yet
};

enum { CHANNEL_TURNS = 8 };
SLICE_TYPE(channel_turn_list, struct channel_turn);

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(channel_turn)

// Enters the running thread at the end of a list. `channel`: for those who look around. The channel is to be looked at
// after this.
void channel_turn_enter(
	struct channel_turn *turn, struct channel_waiters *waiters, enum channel_side side, const void *channel);

// Waits until someone wakes it. STATUS_TIMED_OUT: at the deadline nobody had. The turn is out of its list then.
MUST_USE enum status channel_turn_wait(struct channel_turn *turn, uint64_t deadline_nanoseconds) MAY_SLEEP;

// Waits until one of up to CHANNEL_TURNS turns is woken, and takes all out of their lists: none has been made use of.
MUST_USE enum status channel_turn_wait_for_any(struct channel_turn_list turns, uint64_t deadline_nanoseconds) MAY_SLEEP;

// The thread has made use of having been woken, or of the channel without.
void channel_turn_use(struct channel_turn *turn);

// Wakes the first of a side, or everybody.
void channel_waiters_wake(struct channel_waiters *waiters, enum channel_side side);
void channel_waiters_wake_all(struct channel_waiters *waiters);

// To be asked after an atomic change of the channel; a plain read, which the compiler can make part of the comparison.
static inline bool channel_waiters_are_there(const struct channel_waiters *waiters)
{
	return __builtin_expect(waiters->count != 0, 0);
}

#ifdef __cplusplus
}
#endif
