// Programs to be killed at every instruction: each takes things of some kind, gives them back, and does so again.
//
// They are an application's code: a checked cell, with kill points and a ledger.
//
// Context: as any shell command.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"

struct victim {
	const char *name;
	void (*run)(void);
};

#ifdef __cplusplus
extern "C" {
#endif

// Victim `index`, or null behind the last.
const struct victim *victims_at(size_t index);

// How many of the victims' own handles are held, and how many were given back twice. Both are 0 when no victim runs.
size_t victims_held(void);
size_t victims_given_back_twice(void);

// Whether one of their locks is held.
bool victims_lock_is_held(void);

#ifdef __cplusplus
}
#endif
