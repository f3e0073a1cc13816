// Waiting at several async channels at once.
//
//     OWN(channel_select, select);
//     for (;;) {
//             channel_select_begin(&select);
//             channel_select_add(&select, &jobs.channel->core, CHANNEL_RECEIVERS);
//             channel_select_add(&select, &replies.channel->core, CHANNEL_RECEIVERS);
//             if (!jobs_try_receive(&jobs, &job) || !replies_try_receive(&replies, &reply))
//                     break;
//             TRY(channel_select_wait(&select, THREAD_NO_DEADLINE));
//     }
//
// Which channel is tried first is the caller's choice. A closed channel wakes too: its try says STATUS_END. A wake that
// was not made use of goes on when the select ends, so it must not outlive the ends it looks at: declare it after them.
//
// Context: channel_select_wait sleeps. No allocation.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/channel/async_channel/async_channel.h"
#include "cells/channel/channel_waiters/channel_waiters.h"

enum { CHANNEL_SELECT_MAX = CHANNEL_TURNS };

HANDLE(channel_select)
{
	struct channel_turn turns[CHANNEL_SELECT_MAX] PRIVATE_OF(channel_select);
	size_t count PRIVATE_OF(channel_select);
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(channel_select)

// Begins anew, without channels.
void channel_select_begin(struct channel_select *select);

// One more channel, and the side on which to wait. It is to be tried after this. Panics if there are
// CHANNEL_SELECT_MAX.
void channel_select_add(struct channel_select *select, struct async_channel *channel, enum channel_side side);

// Waits until one of them may be worth trying. STATUS_TIMED_OUT: at the deadline none was.
MUST_USE enum status channel_select_wait(struct channel_select *select, uint64_t deadline_nanoseconds) MAY_SLEEP;

#ifdef __cplusplus
}
#endif
