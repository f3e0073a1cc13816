// The interfaces that the programs of this directory use or misuse: an owned handle, a structure of handles, guarded
// data. They are declared as a cell declares its own; nothing defines them, as no program here is ever linked.
#pragma once

#include "cells/sync/spinlock/spinlock.h"

HANDLE(pages)
{
	uint64_t start PRIVATE_OF(pages);
	uint64_t count PRIVATE_OF(pages);
};
HANDLE_FUNCTIONS(pages)
SENDABLE(pages);

enum status pages_map(struct pages *pages, uint64_t count) PRODUCES_IF(STATUS_OK, pages);
void pages_new(struct pages *pages, uint64_t count) PRODUCES(pages);
void pages_write(struct pages *pages, uint64_t offset, int value) BORROWS_MUT(pages);
int pages_read(const struct pages *pages, uint64_t offset) BORROWS(pages);
void pages_give_away(struct pages *pages) CONSUMES(pages);

struct driver {
	struct pages ring;
	struct pages buffer;
	int opened;
};

struct counter {
	struct spinlock lock;
	struct spinlock inner LOCKED_AFTER(&lock);
	int value GUARDED_BY(&lock);
	int *place POINTEE_GUARDED_BY(&lock);
};

// What a header of a core cell may hold, and a checked cell may not use.
#define PAGES_BARRIER() __asm__ volatile("" ::: "memory")
#define PAGES_TRUSTED __attribute__((no_thread_safety_analysis))

void sleep_for(int milliseconds) MAY_SLEEP;
void end_of_interrupt(void) NEEDS_INTERRUPTS_OFF;
void counter_report(struct counter *counter) NEEDS_UNLOCKED(&counter->lock);
