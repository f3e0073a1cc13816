// The processor's double for host tests: registers that a test reads and sets. Halting is an exception, so that a test
// sees it.
#include <stdexcept>

#include "cells/hal/processor/processor.h"

namespace
{

constexpr struct processor_host kFirst = {
	.interrupts_enabled = true,
	.identity = 1,
	.cr0 = 0x80010033,
	.cr2 = 0,
	.cr3 = 0x1000,
	.cr4 = 0x20,
	.timestamp = 0,
	.timestamp_frequency_hertz = 0,
	.waits = 0,
	.invalidated_pages = 0,
	.last_invalidated_page = 0,
	.features = {},
	.frame_pointer = 0,
};

// Every thread is a processor of its own.
thread_local struct processor_host machine = kFirst;
constexpr uint64_t kApicBase = 0xFEE00900; // on, of the boot processor
thread_local uint64_t efer, pat, gs_base, apic_base = kApicBase;

uint64_t &Msr(uint32_t number)
{
	switch (number) {
	case PROCESSOR_MSR_APIC_BASE:
		return apic_base;
	case PROCESSOR_MSR_EFER:
		return efer;
	case PROCESSOR_MSR_PAT:
		return pat;
	case PROCESSOR_MSR_GS_BASE:
		return gs_base;
	default:
		throw std::runtime_error("general protection fault: no such model-specific register");
	}
}

} // namespace

struct processor_host *processor_host(void)
{
	return &machine;
}

void processor_host_reset(void)
{
	machine = kFirst;
	efer = pat = gs_base = 0;
	apic_base = kApicBase;
}

void processor_disable_interrupts(void)
{
	machine.interrupts_enabled = false;
}

void processor_enable_interrupts(void)
{
	machine.interrupts_enabled = true;
}

bool processor_interrupts_enabled(void)
{
	return machine.interrupts_enabled;
}

void processor_halt_forever(void)
{
	machine.interrupts_enabled = false;
	throw std::runtime_error("the processor was halted");
}

void processor_pause(void)
{
	machine.waits++;
}

void processor_wait_for_interrupt(void)
{
	machine.interrupts_enabled = true;
	machine.waits++;
}

uint32_t processor_identity(void)
{
	return machine.identity;
}

uint64_t processor_read_cr0(void)
{
	return machine.cr0;
}

uint64_t processor_read_cr2(void)
{
	return machine.cr2;
}

uint64_t processor_read_cr3(void)
{
	return machine.cr3;
}

uint64_t processor_read_cr4(void)
{
	return machine.cr4;
}

void processor_write_cr0(uint64_t value)
{
	machine.cr0 = value;
}

void processor_write_cr3(uint64_t value)
{
	machine.cr3 = value;
}

void processor_write_cr4(uint64_t value)
{
	machine.cr4 = value;
}

uint64_t processor_read_msr(uint32_t number)
{
	return Msr(number);
}

void processor_write_msr(uint32_t number, uint64_t value)
{
	Msr(number) = value;
}

struct processor_features processor_identify(uint32_t, uint32_t)
{
	return machine.features;
}

uint64_t processor_timestamp(void)
{
	return machine.timestamp++;
}

uint64_t processor_timestamp_frequency_hertz(void)
{
	return machine.timestamp_frequency_hertz;
}

void processor_invalidate_page(uintptr_t address)
{
	machine.invalidated_pages++;
	machine.last_invalidated_page = address;
}

uintptr_t processor_frame_pointer(void)
{
	return machine.frame_pointer;
}
