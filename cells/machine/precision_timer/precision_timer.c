#include "cells/machine/precision_timer/precision_timer.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/device_register/device_register.h"
#include "cells/memory/address/address.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

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
	struct mapped_pages_mut pages;
	struct registers *registers;
	uint64_t hertz;
	uint64_t mask;
} timer;

enum status precision_timer_start(uint64_t address, struct diagnosis *why)
{
	OWN(mapped_pages_mut, pages);
	enum status status = mapped_pages_mut_map_physical(
		&pages, address_physical(address), sizeof(struct registers), PAGE_UNCACHED);
	if (status)
		return diagnosis_set(why, status, "the HPET at 0x%llx cannot be mapped: %s",
			(unsigned long long)address, status_name(status));
	mapped_pages_mut_set_owner(&pages, PAGE_OWNER_DEVICE);
	struct registers *registers = MAPPED_PAGES_MUT_AS(struct registers, &pages, 0);
	uint64_t capabilities = device_u64_read_only_read(&registers->capabilities);
	uint32_t period = (uint32_t)(capabilities >> 32);
	if (period == 0 || period > LONGEST_PERIOD || (capabilities & REVISION_MASK) == 0)
		return diagnosis_set(why, STATUS_NO_DEVICE, "what is at 0x%llx is no HPET: it tells of 0x%llx",
			(unsigned long long)address, (unsigned long long)capabilities);
	device_u64_write(&registers->configuration, device_u64_read(&registers->configuration) | IS_ON);
	timer.registers = registers;
	timer.hertz = FEMTOSECONDS_PER_SECOND / period;
	timer.mask = capabilities & COUNTER_HAS_64_BITS ? UINT64_MAX : UINT32_MAX;
	mapped_pages_mut_put_in(&timer.pages, &pages);
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
