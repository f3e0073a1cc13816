#include "cells/machine/local_apic/local_apic.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/device_register/device_register.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/address/address.h"
#include "cells/memory/device_memory/device_memory.h"

enum {
	BASE_IS_ON = 1 << 11,
	BASE_IS_X2APIC = 1 << 10,
	SPURIOUS_IS_ON = 1 << 8,
	ID_SHIFT = 24,
	DELIVERY_NMI = 4 << 8,
	DELIVERY_INIT = 5 << 8,
	DELIVERY_STARTUP = 6 << 8,
	IS_ON_ITS_WAY = 1 << 12,
	LEVEL_ASSERTED = 1 << 14,
	TO_ALL_BUT_SELF = 3 << 18,
	TIMER_MASKED = 1 << 16, // one-shot otherwise
	TIMER_DIVIDE_BY_16 = 3,
};
#define BASE_ADDRESS 0x000FFFFFFFFFF000ull

// Each register is the first word of 16 bytes.
#define REGISTER(name)                                                                                                 \
	struct device_u32 name;                                                                                        \
	uint32_t after_##name[3]
#define READ_ONLY(name)                                                                                                \
	struct device_u32_read_only name;                                                                              \
	uint32_t after_##name[3]

struct registers {
	uint32_t reserved_000[8];
	REGISTER(id); // 0x20
	READ_ONLY(version);
	uint32_t reserved_040[16];
	REGISTER(task_priority); // 0x80
	uint32_t reserved_090[8];
	REGISTER(end_of_interrupt); // 0xB0
	uint32_t reserved_0c0[12];
	REGISTER(spurious); // 0xF0
	uint32_t reserved_100[128];
	REGISTER(command_low);  // 0x300
	REGISTER(command_high); // 0x310
	REGISTER(timer);        // 0x320
	uint32_t reserved_330[8];
	REGISTER(line_0); // 0x350
	REGISTER(line_1); // 0x360
	uint32_t reserved_370[4];
	REGISTER(timer_start);     // 0x380
	READ_ONLY(timer_now);      // 0x390
	uint32_t reserved_3a0[16]; // 0x3A0
	REGISTER(timer_divisor);   // 0x3E0
};
static_assert(offsetof(struct registers, end_of_interrupt) == 0xB0, "the layout is the device's");
static_assert(offsetof(struct registers, command_low) == 0x300, "the layout is the device's");
static_assert(offsetof(struct registers, timer_divisor) == 0x3E0, "the layout is the device's");

static CELL_STATE_ZERO struct {
	struct device_memory memory;
	struct registers *registers;
} apic;

static struct registers *registers(void)
{
	if (!apic.registers)
		panic("local_apic: it was not started");
	return apic.registers;
}

enum status local_apic_start(struct diagnosis *why)
{
	enum { CPUID_HAS_APIC = 1 << 9 };
	if (!(processor_identify(1, 0).edx & CPUID_HAS_APIC))
		return diagnosis_set(why, STATUS_NO_DEVICE, "the processor has no local APIC");
	uint64_t base = processor_read_msr(PROCESSOR_MSR_APIC_BASE);
	if (base & BASE_IS_X2APIC)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "the firmware has put the local APIC into x2APIC mode");
	OWN(device_memory, memory);
	enum status status = device_memory_map(&memory, address_physical(base & BASE_ADDRESS), PAGE_SIZE_BYTES);
	if (status)
		return diagnosis_set(why, status, "the local APIC at 0x%llx cannot be mapped: %s",
			(unsigned long long)(base & BASE_ADDRESS), status_name(status));
	apic.registers = DEVICE_MEMORY_AS(struct registers, &memory, 0);
	device_memory_put_in(&apic.memory, &memory);
	local_apic_start_on_this_core();
	return STATUS_OK;
}

void local_apic_start_on_this_core(void)
{
	struct registers *r = registers();
	processor_write_msr(PROCESSOR_MSR_APIC_BASE, processor_read_msr(PROCESSOR_MSR_APIC_BASE) | BASE_IS_ON);
	// What the old interrupt controller and the firmware left connected here must not come.
	device_u32_write(&r->line_0, TIMER_MASKED);
	device_u32_write(&r->line_1, TIMER_MASKED);
	device_u32_write(&r->timer, TIMER_MASKED);
	device_u32_write(&r->timer_start, 0);
	device_u32_write(&r->timer_divisor, TIMER_DIVIDE_BY_16);
	device_u32_write(&r->task_priority, 0);
	device_u32_write(&r->spurious, SPURIOUS_IS_ON | LOCAL_APIC_SPURIOUS_VECTOR);
}

uint32_t local_apic_id(void)
{
	return device_u32_read(&registers()->id) >> ID_SHIFT;
}

void local_apic_end_of_interrupt(void)
{
	device_u32_write(&registers()->end_of_interrupt, 0);
}

// The command leaves with the write of its low half. What is still on its way is waited for before and after: before,
// because there is one register; after, so that whoever sends twice sends twice.
static void send(uint32_t apic_id, uint32_t command)
{
	struct registers *r = registers();
	bool enabled = processor_interrupts_enabled();
	processor_disable_interrupts();
	while (device_u32_read(&r->command_low) & IS_ON_ITS_WAY)
		processor_pause();
	device_u32_write(&r->command_high, apic_id << ID_SHIFT);
	device_u32_write(&r->command_low, command);
	while (device_u32_read(&r->command_low) & IS_ON_ITS_WAY)
		processor_pause();
	if (enabled)
		processor_enable_interrupts();
}

void local_apic_send(uint32_t apic_id, uint8_t vector)
{
	send(apic_id, vector | LEVEL_ASSERTED);
}

void local_apic_send_to_others(uint8_t vector)
{
	send(0, vector | LEVEL_ASSERTED | TO_ALL_BUT_SELF);
}

void local_apic_send_nmi(uint32_t apic_id)
{
	send(apic_id, DELIVERY_NMI | LEVEL_ASSERTED);
}

void local_apic_send_init(uint32_t apic_id)
{
	send(apic_id, DELIVERY_INIT | LEVEL_ASSERTED);
}

void local_apic_send_startup(uint32_t apic_id, uint8_t page)
{
	send(apic_id, DELIVERY_STARTUP | LEVEL_ASSERTED | page);
}

void local_apic_timer_start(uint8_t vector, uint32_t ticks)
{
	struct registers *r = registers();
	device_u32_write(&r->timer, ticks == 0 ? TIMER_MASKED : vector);
	device_u32_write(&r->timer_start, ticks);
}

uint32_t local_apic_timer_remaining(void)
{
	return device_u32_read_only_read(&registers()->timer_now);
}
