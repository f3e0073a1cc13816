// What the parts of this cell share: the table is built in C everywhere; the stubs and the loading are the target's.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/hal/interrupt_table/interrupt_table.h"

enum { INTERRUPT_TABLE_STUB_BYTES = 16 };

// What LIDT reads.
struct __attribute__((packed)) interrupt_table_register {
	uint16_t limit; // bytes - 1
	uint64_t base;
};

// The first of INTERRUPT_TABLE_EXCEPTIONS stubs, INTERRUPT_TABLE_STUB_BYTES apart. Not to be called.
INTERNAL void interrupt_table_stubs(void);

// What every stub comes to.
INTERNAL void interrupt_table_dispatch(struct interrupt_frame *frame);

INTERNAL void interrupt_table_load(const struct interrupt_table_register *table);
