// Programs to be killed at every instruction: each takes things of some kind, gives them back, and does so again.
//
// They are an application's code: a checked cell, with kill points and a ledger.
//
// Context: as any shell command.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

struct victim {
	const char *name;
	void (*run)(void);
};

#ifdef __cplusplus
extern "C" {
#endif

// Victim `index`, or null behind the last.
const struct victim *victims_at(size_t index);

// Program `index` that faults by itself, each in another place where what it holds shows in no landing pad; or null.
const struct victim *victims_fault_at(size_t index);

#ifdef __cplusplus
}
#endif

// ---- What a task holds that is to end, and how it ends ----

HANDLE(victims_load)
{
	struct heap_object memory PRIVATE_OF(victims);
	struct mapped_pages_mut pages PRIVATE_OF(victims);
};

enum victims_end {
	VICTIMS_RETURN,
	VICTIMS_PANIC,
	VICTIMS_PAGE_FAULT,
	VICTIMS_DIVIDE,
	VICTIMS_OPCODE,
	VICTIMS_STACK_OVERFLOW,
	VICTIMS_SPIN,  // for ever
	VICTIMS_SLEEP, // the caller's affair
	VICTIMS_YIELD, // the same
};

#ifdef __cplusplus
extern "C" {
#endif
HANDLE_FUNCTIONS(victims_load)
#ifdef __cplusplus
}
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Heap memory and a page.
MUST_USE enum status victims_take_load(struct victims_load *load) PRODUCES_IF(STATUS_OK, load);

// Ends in that way; returns only from VICTIMS_RETURN.
void victims_end_so(enum victims_end how);

// How many of the victims' own handles are held, and how many were given back twice. Both are 0 when no victim runs.
size_t victims_held(void);
size_t victims_given_back_twice(void);

// Whether one of their locks is held.
bool victims_lock_is_held(void);

#ifdef __cplusplus
}
#endif
