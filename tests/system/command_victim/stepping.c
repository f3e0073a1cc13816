#include "tests/system/command_victim/command_victim_internal.h"

void command_victim_step(void)
{
	__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
}

void command_victim_end_step(void)
{
	__asm__ volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
}

// Debug register 7 of the processor: breakpoint 0 on execution, for this core. Source: Intel SDM volume 3B, section
// 17.2.4.
void command_victim_break_at(uint64_t address)
{
	enum { ALWAYS_SET = 1 << 10, BREAKPOINT_0 = 1 << 1 };
	uint64_t control = address ? ALWAYS_SET | BREAKPOINT_0 : ALWAYS_SET;
	__asm__ volatile("movq %0, %%dr0\n\tmovq %1, %%dr7" : : "r"(address), "r"(control) : "memory");
}
