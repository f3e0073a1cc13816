// The processor's own instructions that C has no words for: interrupts, control registers, time stamps, waiting.
//
// The functions act on the processor that calls them. Nothing here is remembered: the state is the hardware's.
// In host tests a double stands in, with registers that a test can read and set (end of this header).
//
// Context: no allocation, no lock; callable from anywhere, with interrupts off too.
// Source: Intel SDM volume 2 (instructions) and volume 3A, chapters 2.5 (control registers) and 4.10 (TLB).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What CPUID answers.
struct processor_features {
	uint32_t eax, ebx, ecx, edx;
};

enum processor_msr {
	PROCESSOR_MSR_APIC_BASE = 0x1B,
	PROCESSOR_MSR_EFER = 0xC0000080,
	PROCESSOR_MSR_PAT = 0x277,
	PROCESSOR_MSR_GS_BASE = 0xC0000101,
};

#ifdef __cplusplus
extern "C" {
#endif

// Maskable interrupts of this processor.
void processor_disable_interrupts(void);
void processor_enable_interrupts(void);
bool processor_interrupts_enabled(void);

// Stops this processor for good: interrupts off, halted. The host double throws std::runtime_error.
__attribute__((noreturn)) void processor_halt_forever(void);

// Tells the processor that this is a loop that waits for another processor.
void processor_pause(void);

// Enables interrupts and sleeps until the next one; they are enabled on return. With none to come, it never returns.
void processor_wait_for_interrupt(void);

// Which processor this is: never 0, and different for each processor that has loaded its own task register
// (cells/hal/descriptor_table). Before that it is 1.
uint32_t processor_identity(void);

// Control registers. CR2 is the address of the last page fault, CR3 the physical address of the page tables' root.
uint64_t processor_read_cr0(void);
uint64_t processor_read_cr2(void);
uint64_t processor_read_cr3(void);
uint64_t processor_read_cr4(void);
void processor_write_cr0(uint64_t value);
void processor_write_cr3(uint64_t value); // also forgets every translation that is not global
void processor_write_cr4(uint64_t value);

// Model-specific registers. One that the processor does not have raises a general protection fault.
uint64_t processor_read_msr(uint32_t number);
void processor_write_msr(uint32_t number, uint64_t value);

// CPUID. Leaves beyond the highest one answer with nonsense: ask leaf 0 (or 0x80000000) first.
struct processor_features processor_identify(uint32_t leaf, uint32_t subleaf);

// The time-stamp counter, in ticks of unknown length, and how many of them make a second: 0 if the processor does not
// tell (CPUID leaf 0x15).
uint64_t processor_timestamp(void);
uint64_t processor_timestamp_frequency_hertz(void);

// Forgets this processor's translation of the page of `address`.
void processor_invalidate_page(uintptr_t address);

#if defined(PROCESSOR_INLINE) && !__STDC_HOSTED__
// The same functions without the call, for a core cell whose whole work they are: it defines PROCESSOR_INLINE before it
// includes this header. In a checked cell the audit refuses the instructions.
#define PROCESSOR_INLINE_ extern inline __attribute__((gnu_inline, always_inline))

PROCESSOR_INLINE_ void processor_disable_interrupts(void)
{
	__asm__ volatile("cli" ::: "memory");
}

PROCESSOR_INLINE_ void processor_enable_interrupts(void)
{
	__asm__ volatile("sti" ::: "memory");
}

PROCESSOR_INLINE_ bool processor_interrupts_enabled(void)
{
	uint64_t flags;
	__asm__ volatile("pushfq; popq %0" : "=r"(flags)::"memory");
	return flags & 1 << 9;
}

PROCESSOR_INLINE_ uint32_t processor_identity(void)
{
	// Each processor's task state segment has its own selector: a multiple of 8, and 0 before one is loaded.
	uint32_t selector;
	__asm__ volatile("strl %0" : "=r"(selector));
	return selector + 1;
}

PROCESSOR_INLINE_ void processor_invalidate_page(uintptr_t address)
{
	__asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
}
#endif

// Where the caller's frame is: the value of the frame pointer register.
__attribute__((noinline)) uintptr_t processor_frame_pointer(void);

#if __STDC_HOSTED__
// The double's registers. `waits` counts the calls of processor_wait_for_interrupt and processor_pause.
struct processor_host {
	bool interrupts_enabled;
	uint32_t identity;
	uint64_t cr0, cr2, cr3, cr4;
	uint64_t timestamp; // grows by one with every reading
	uint64_t timestamp_frequency_hertz;
	uint64_t waits;
	uint64_t invalidated_pages;
	uintptr_t last_invalidated_page;
	struct processor_features features; // the answer to every leaf
	uintptr_t frame_pointer;            // 0: there is no frame
};

// The double itself, one for each thread; processor_host_reset gives it its first values again.
struct processor_host *processor_host(void);
void processor_host_reset(void);
#endif

#ifdef __cplusplus
}
#endif
