// Something that is done once, by whoever comes first; all others wait until it is done.
//
//     OWN(once_turn, turn);
//     if (once_begin(&table.filled, &turn)) {
//             TRY(fill(&table));              // on failure, or if this thread is killed, the next one tries
//             once_finish(&turn);
//     }
//
// Once it is done, once_begin is one load.
//
// Context: once_begin sleeps while another thread is at it. No allocation.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/sync/spinlock/spinlock.h"
#include "cells/sync/wait_queue/wait_queue.h"

// All zeros: not done, and nobody at it.
struct once {
	uint32_t state PRIVATE_OF(once);
	struct wait_queue queue PRIVATE_OF(once);
};

// The duty to do it.
HANDLE(once_turn)
{
	struct once *once PRIVATE_OF(once);
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(once_turn)

// True: it is this thread's to do. False: it is done.
MUST_USE bool once_begin(struct once *once, struct once_turn *turn) PRODUCES_IF(true, turn) MAY_SLEEP;

// It is done.
void once_finish(struct once_turn *turn) CONSUMES(turn);

bool once_is_done(const struct once *once);

#ifdef __cplusplus
}
#endif
