// What the parts of this cell share: the tables are built in C everywhere, and loaded by code that only the target has.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

// What LGDT reads.
struct __attribute__((packed)) descriptor_table_register {
	uint16_t limit; // bytes - 1
	uint64_t base;
};

// Loads the table, then every segment register and the task register with `task`.
INTERNAL void descriptor_table_load(const struct descriptor_table_register *table, uint16_t task);
