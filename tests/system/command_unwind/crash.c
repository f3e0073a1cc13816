#include "cells/base/panic/panic.h"
#include "tests/system/command_unwind/command_unwind_internal.h"

void command_unwind_crash(enum unwind_way way)
{
	uint64_t zero = 0;
	switch (way) {
	case UNWIND_PAGE_FAULT:
		__asm__ volatile("movq 16, %%rax" : : : "rax", "memory"); // page 0 is never mapped
		return;
	case UNWIND_DIVIDE:
		__asm__ volatile("xorl %%edx, %%edx\n\tmovl $1, %%eax\n\tdivq %0" : : "r"(zero) : "rax", "rdx", "cc");
		return;
	case UNWIND_OPCODE:
		__asm__ volatile("ud2");
		return;
	case UNWIND_PROTECTION:
		__asm__ volatile("movq (%0), %%rax" : : "r"(0x8000000000000000ULL) : "rax", "memory");
		return;
	case UNWIND_BREAKPOINT:
		__asm__ volatile("int3");
		return;
	default:
		panic("ten frames deep");
	}
}
