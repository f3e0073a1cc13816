// What the victims have in common: a handle of their own, and the programs that need other tasks.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "tests/system/victims/victims.h"

// One of a few places.
struct place;
INTERNAL void place_release(struct place *p);
HANDLE(place)
{
	size_t number; // 0: empty
};
HANDLE_FUNCTIONS(place)
SENDABLE(place);

INTERNAL MUST_USE enum status place_take(struct place *place) PRODUCES_IF(STATUS_OK, place);

INTERNAL void victims_spawn_and_join(void);
INTERNAL void victims_hold_what_another_waits_for(void);
INTERNAL void victims_send_async(void);
INTERNAL void victims_receive_async(void);
INTERNAL void victims_send_rendezvous(void);
INTERNAL void victims_receive_rendezvous(void);
INTERNAL void victims_free_what_another_core_has_taken(void);

// Whether somebody holds the mutex of victims_hold_what_another_waits_for.
INTERNAL bool victims_mutex_is_held(void);
