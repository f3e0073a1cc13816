// Stacks for tasks: writable memory with a page below that is never mapped, so that what runs over its end is noticed.
// Between the two lies a reserve that cannot be written until a crash report opens it, so that a task whose stack is
// full still has room for its clean-ups.
//
// A stack is taken for a task and dropped when the task is gone. Dropped stacks are kept for the next taker, a few of
// each size on each core, so that a task that begins where another has ended costs no mapping: take and drop are some
// fifty instructions each then. Any core may drop a stack, and any core finds what another one keeps when memory runs
// out: before mapped_pages refuses an allocation, all that is kept goes back.
//
//     OWN(pooled_stack, stack);
//     TRY(stack_pool_take(&stack, STACK_POOL_USUAL, (uintptr_t)entry));
//     ... context_switch_prepare(pooled_stack_top(&stack), entry, argument) ...
//
// What a stack holds is what was there before: of its last user, or of whoever had the memory.
//
// Context: takes no lock when a stack is kept, else a spinlock for the list of all stacks (a leaf) and those of
// mapped_pages and heap, one after the other; may be called with interrupts off, but not in an interrupt handler.
// Nobody may drop the stack that he runs on.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

enum stack_pool_size {
	STACK_POOL_SMALL, // 16 KiB
	STACK_POOL_USUAL, // 64 KiB
	STACK_POOL_LARGE, // 256 KiB
	STACK_POOL_SIZES_
};

// How many stacks of each size a core keeps at most; pages of the reserve below each stack.
enum { STACK_POOL_KEPT = 4, STACK_POOL_RESERVE_PAGES = 2 };

struct stack_record;

HANDLE(pooled_stack)
{
	struct stack_record *record PRIVATE_OF(stack_pool); // null: empty
};

// What stack_pool knows of an address.
struct stack_place {
	uintptr_t lowest;  // the stack's first byte; below it are the reserve and, below that, the guard page
	size_t size_bytes; // without these
	uintptr_t holder;  // 0: nobody, it is kept for the next one
	bool in_guard;     // the address lies in the guard page or in the reserve
};

struct stack_pool_statistics {
	uint64_t stacks; // all there are
	uint64_t kept;   // of those, in nobody's hands
	uint64_t bytes;  // of memory, all together
};

#ifdef __cplusplus
extern "C" {
#endif

HANDLE_FUNCTIONS(pooled_stack)

// A stack of that size, for the task whose entry function is at `holder`: any address in the cell that the stack works
// for, by which `memory --map` names it.
// STATUS_NO_MEMORY: there is none, and no memory for a new one. STATUS_BAD_ARGUMENT: no such size, or `holder` is 0.
MUST_USE enum status stack_pool_take(struct pooled_stack *out, enum stack_pool_size size, uintptr_t holder)
	PRODUCES_IF(STATUS_OK, out);

// The first byte behind the stack, a multiple of 16, where its user begins; and its first byte.
uintptr_t pooled_stack_top(const struct pooled_stack *stack) BORROWS(stack);
uintptr_t pooled_stack_lowest(const struct pooled_stack *stack) BORROWS(stack);

// Gives back all stacks that are kept, on every core.
void stack_pool_trim(void);

// Makes the reserve of a stack writable, if `address` lies in it or in the guard page below, and if it is not writable
// already: on a true result there is room for STACK_POOL_RESERVE_PAGES more pages. Dropping the stack closes it. For a
// crash, on another stack and with interrupts off: where the one who crashed may be the holder of the lock, it is
// false.
bool stack_pool_open_reserve(uintptr_t address);

// Closes the reserve of the stack that `address` lies in, if it is open: its user has survived, and is above it again.
void stack_pool_close_reserve(uintptr_t address);

// Which stack an address lies in, or in the guard of. False: in none. Searches; for whoever reports or looks around.
bool stack_pool_find(uintptr_t address, struct stack_place *place);

struct stack_pool_statistics stack_pool_statistics(void);

#ifdef __cplusplus
}
#endif
