#include "cells/hal/processor/processor.h"

enum { RFLAGS_INTERRUPTS = 1 << 9 };

void processor_disable_interrupts(void)
{
	__asm__ volatile("cli" ::: "memory");
}

void processor_enable_interrupts(void)
{
	__asm__ volatile("sti" ::: "memory");
}

bool processor_interrupts_enabled(void)
{
	uint64_t flags;
	__asm__ volatile("pushfq; popq %0" : "=r"(flags)::"memory");
	return flags & RFLAGS_INTERRUPTS;
}

void processor_halt_forever(void)
{
	for (;;)
		__asm__ volatile("cli; hlt" ::: "memory");
}

void processor_pause(void)
{
	__asm__ volatile("pause" ::: "memory");
}

void processor_wait_for_interrupt(void)
{
	// The instruction after sti still runs without interrupts, so none can slip in between and be slept over.
	__asm__ volatile("sti; hlt" ::: "memory");
}

uint32_t processor_identity(void)
{
	// Each processor's task state segment has its own selector: a multiple of 8, and 0 before one is loaded.
	uint16_t selector;
	__asm__ volatile("strw %0" : "=r"(selector));
	return selector + 1u;
}

uint64_t processor_read_cr0(void)
{
	uint64_t value;
	__asm__ volatile("movq %%cr0, %0" : "=r"(value)::"memory");
	return value;
}

uint64_t processor_read_cr2(void)
{
	uint64_t value;
	__asm__ volatile("movq %%cr2, %0" : "=r"(value)::"memory");
	return value;
}

uint64_t processor_read_cr3(void)
{
	uint64_t value;
	__asm__ volatile("movq %%cr3, %0" : "=r"(value)::"memory");
	return value;
}

uint64_t processor_read_cr4(void)
{
	uint64_t value;
	__asm__ volatile("movq %%cr4, %0" : "=r"(value)::"memory");
	return value;
}

void processor_write_cr0(uint64_t value)
{
	__asm__ volatile("movq %0, %%cr0" ::"r"(value) : "memory");
}

void processor_write_cr3(uint64_t value)
{
	__asm__ volatile("movq %0, %%cr3" ::"r"(value) : "memory");
}

void processor_write_cr4(uint64_t value)
{
	__asm__ volatile("movq %0, %%cr4" ::"r"(value) : "memory");
}

uint64_t processor_read_msr(uint32_t number)
{
	uint32_t low, high;
	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number) : "memory");
	return (uint64_t)high << 32 | low;
}

void processor_write_msr(uint32_t number, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

struct processor_features processor_identify(uint32_t leaf, uint32_t subleaf)
{
	struct processor_features answer;
	__asm__ volatile("cpuid"
			 : "=a"(answer.eax), "=b"(answer.ebx), "=c"(answer.ecx), "=d"(answer.edx)
			 : "a"(leaf), "c"(subleaf));
	return answer;
}

uint64_t processor_timestamp(void)
{
	uint32_t low, high;
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

uint64_t processor_timestamp_frequency_hertz(void)
{
	if (processor_identify(0, 0).eax < 0x15)
		return 0;
	// ebx / eax is the ratio of the time stamps to the crystal, ecx the crystal's frequency; each may be unknown
	// (0).
	struct processor_features ratio = processor_identify(0x15, 0);
	if (ratio.eax == 0)
		return 0;
	return (uint64_t)ratio.ecx * ratio.ebx / ratio.eax;
}

void processor_invalidate_page(uintptr_t address)
{
	__asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
}

uintptr_t processor_frame_pointer(void)
{
	// This function has a frame of its own, whose first word is the caller's frame pointer.
	uintptr_t caller;
	__asm__ volatile("movq (%%rbp), %0" : "=r"(caller));
	return caller;
}
