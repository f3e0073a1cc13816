// Device registers in memory: a driver describes them as a structure, and each access happens, once, at its width.
//
//     struct timer_registers {
//             struct device_u32_read_only capabilities; // writing it does not compile
//             struct device_u32 configuration;
//             struct device_u64 counter;
//     };
//     struct timer_registers *timer = DEVICE_MEMORY_AS(struct timer_registers, &memory, 0);
//     device_u32_write(&timer->configuration, device_u32_read(&timer->configuration) | TIMER_ENABLE);
//
// The memory is mapped with device_memory_map (cells/memory/device_memory), and DEVICE_MEMORY_AS checks that all of the
// structure lies in it, aligned. The fields have no other access: the compiler may neither join two of them nor
// leave one out.
//
// Context: no allocation, no lock; callable from anywhere.
#pragma once

#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"

#define DEVICE_REGISTER_(bits)                                                                                         \
	struct device_u##bits {                                                                                        \
		uint##bits##_t value PRIVATE_OF(device_register);                                                      \
	};                                                                                                             \
	struct device_u##bits##_read_only {                                                                            \
		uint##bits##_t value PRIVATE_OF(device_register);                                                      \
	};                                                                                                             \
	C_LINKAGE_ uint##bits##_t device_u##bits##_read(const struct device_u##bits *place);                           \
	C_LINKAGE_ void device_u##bits##_write(struct device_u##bits *place, uint##bits##_t value);                    \
	C_LINKAGE_ uint##bits##_t device_u##bits##_read_only_read(const struct device_u##bits##_read_only *place);

DEVICE_REGISTER_(8)
DEVICE_REGISTER_(16)
DEVICE_REGISTER_(32)
DEVICE_REGISTER_(64)
