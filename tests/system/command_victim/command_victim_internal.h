#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

// How often a run came to each address: places found by hashing.
enum { COMMAND_VICTIM_PLACES = 1 << 15 };
struct command_victim_visit {
	uint64_t address; // 0: nobody has the place
	uint64_t count;
};
struct command_victim_visits {
	struct command_victim_visit places[COMMAND_VICTIM_PLACES];
	bool is_full; // not every address found a place
};
INTERNAL void command_victim_count(struct command_victim_visits *visits, uint64_t address);

// From the return on this thread runs in single steps, and no longer.
INTERNAL void command_victim_step(void);
INTERNAL void command_victim_end_step(void);

// The processor's breakpoint is at this address; 0: there is none.
INTERNAL void command_victim_break_at(uint64_t address);
