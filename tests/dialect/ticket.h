// A handle and a lock for the tests of the dialect. A ticket is one number out of a small counter; a turnstile lets one
// through at a time. Both write down what happens to them, so that a test can see order and count.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

// Numbers start at 1, so a filled ticket is never all zeros.
HANDLE(ticket)
{
	unsigned number PRIVATE_OF(intralingual);
};
LOCK_TYPE(turnstile)
{
	int held;
};
SLICE_TYPE(ticket_list, struct ticket);
SENDABLE(ticket);
REQUIRE_SENDABLE(ticket);

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(ticket)

// STATUS_NO_MEMORY: ticket_refuse_next was called.
MUST_USE enum status ticket_draw(struct ticket *ticket) PRODUCES_IF(STATUS_OK, ticket);
unsigned ticket_number(const struct ticket *ticket) BORROWS(ticket);
void ticket_refuse_next(void);

void turnstile_lock(struct turnstile *turnstile) LOCKS(turnstile);
void turnstile_unlock(struct turnstile *turnstile) UNLOCKS(turnstile);

// Everything so far, in order: "+1" drawn, "-1" given back, "[" locked, "]" unlocked. Then the numbers start anew.
struct text ticket_history(void);

// ---- What a cell in C does with them ----

// Draws two and panics at an element out of bounds, three calls further in, with a turnstile held.
void ticket_panic_deep(struct turnstile *turnstile, size_t index);

// Draws one and gives it to `to`.
void ticket_draw_for(struct ticket *to) PRODUCES(to);

// Draws `first`, then another one, which may be refused; the status of that.
enum status ticket_draw_two(void);

// Draws one per round, drops it early in round `early`, and leaves the loop in round `last`.
void ticket_loop(int early, int last);

// Gives back the ticket before the end of the scope.
void ticket_drop_early(void);

// Two guards in one scope, and one in a scope inside.
void ticket_guards(struct turnstile *a, struct turnstile *b);

#ifdef __cplusplus
}
#endif

LOCK_FUNCTIONS(turnstile)
