#include "cells/machine/precision_timer/precision_timer.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/device_register/device_register.h"
#include "cells/memory/address/address.h"
#include "cells/memory/device_memory/device_memory.h"

#define FEMTOSECONDS_PER_SECOND 1000000000000000ull
#define LONGEST_PERIOD 100000000u // femtoseconds: what the specification allows

enum { COUNTER_HAS_64_BITS = 1 << 13, IS_ON = 1, REVISION_MASK = 0xFF };

struct registers {
	struct device_u64_read_only capabilities; // upper half: the period in femtoseconds
	uint64_t reserved_008;
	struct device_u64 configuration;
	uint64_t reserved_018[27];
	struct device_u64 counter; // 0xF0
};
static_assert(offsetof(struct registers, counter) == 0xF0, "the layout is the device's");

static CELL_STATE_ZERO struct {
	struct device_memory memory;
	struct registers *registers;
	uint64_t hertz;
	uint64_t mask;
} timer;

enum status precision_timer_start(uint64_t address, struct diagnosis *why)
{
	OWN(device_memory, memory);
	enum status status = device_memory_map(&memory, address_physical(address), sizeof(struct registers));
	if (status)
		return diagnosis_set(why, status, "the HPET at 0x%llx cannot be mapped: %s",
			(unsigned long long)address, status_name(status));
	struct registers *registers = DEVICE_MEMORY_AS(struct registers, &memory, 0);
	uint64_t capabilities = device_u64_read_only_read(&registers->capabilities);
	uint32_t period = (uint32_t)(capabilities >> 32);
	if (period == 0 || period > LONGEST_PERIOD || (capabilities & REVISION_MASK) == 0)
		return diagnosis_set(why, STATUS_NO_DEVICE, "what is at 0x%llx is no HPET: it tells of 0x%llx",
			(unsigned long long)address, (unsigned long long)capabilities);
	device_u64_write(&registers->configuration, device_u64_read(&registers->configuration) | IS_ON);
	timer.registers = registers;
	timer.hertz = FEMTOSECONDS_PER_SECOND / period;
	timer.mask = capabilities & COUNTER_HAS_64_BITS ? UINT64_MAX : UINT32_MAX;
	device_memory_put_in(&timer.memory, &memory);
	return STATUS_OK;
}

uint64_t precision_timer_ticks(void)
{
	if (!timer.registers)
		panic("precision_timer: it was not started");
	return device_u64_read(&timer.registers->counter) & timer.mask;
}

uint64_t precision_timer_mask(void)
{
	return timer.mask;
}

uint64_t precision_timer_hertz(void)
{
	return timer.hertz;
}
