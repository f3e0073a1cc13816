// What C cannot say: leaving a stack for good, and what the processor's own registers hold.
#include "cells/loader/image_replacement/image_replacement_internal.h"

// The function is entered by a return: on the new stack there is then one word, the address zero of a caller.
void replacement_switch(uintptr_t stack_top, uintptr_t function, uintptr_t argument)
{
	__asm__ volatile("movq %0, %%rsp\n\t"
			 "pushq $0\n\t"
			 "pushq %1\n\t"
			 "xorl %%eax, %%eax\n\t"
			 "xorl %%ebx, %%ebx\n\t"
			 "xorl %%ecx, %%ecx\n\t"
			 "xorl %%edx, %%edx\n\t"
			 "xorl %%esi, %%esi\n\t"
			 "xorl %%ebp, %%ebp\n\t"
			 "xorl %%r8d, %%r8d\n\t"
			 "xorl %%r9d, %%r9d\n\t"
			 "xorl %%r10d, %%r10d\n\t"
			 "xorl %%r11d, %%r11d\n\t"
			 "xorl %%r12d, %%r12d\n\t"
			 "xorl %%r13d, %%r13d\n\t"
			 "xorl %%r14d, %%r14d\n\t"
			 "xorl %%r15d, %%r15d\n\t"
			 "ret"
			 :
			 : "a"(stack_top), "c"(function), "D"(argument)
			 : "memory");
	__builtin_unreachable();
}

struct __attribute__((packed)) table_register {
	uint16_t limit;
	uint64_t base;
};

void replacement_read_tables(struct replacement_tables *tables)
{
	struct table_register segments, interrupts;
	__asm__ volatile("sgdt %0" : "=m"(segments));
	__asm__ volatile("sidt %0" : "=m"(interrupts));
	*tables = (struct replacement_tables){segments.base, interrupts.base};
}

void replacement_read_registers(uint64_t (*registers)[REPLACEMENT_REGISTERS])
{
	__asm__ volatile("movq %%rax, (%0)\n\t"
			 "movq %%rbx, 8(%0)\n\t"
			 "movq %%rcx, 16(%0)\n\t"
			 "movq %%rdx, 24(%0)\n\t"
			 "movq %%rsi, 32(%0)\n\t"
			 "movq %%rdi, 40(%0)\n\t"
			 "movq %%rbp, 48(%0)\n\t"
			 "movq %%rsp, 56(%0)\n\t"
			 "movq %%r8, 64(%0)\n\t"
			 "movq %%r9, 72(%0)\n\t"
			 "movq %%r10, 80(%0)\n\t"
			 "movq %%r11, 88(%0)\n\t"
			 "movq %%r12, 96(%0)\n\t"
			 "movq %%r13, 104(%0)\n\t"
			 "movq %%r14, 112(%0)\n\t"
			 "movq %%r15, 120(%0)"
			 :
			 : "r"(registers)
			 : "memory");
}

enum { CLEARED_BYTES = 16 << 10 };

__attribute__((noinline)) void replacement_clear_stack_below(void)
{
	unsigned char words[CLEARED_BYTES];
	__builtin_memset(words, 0, sizeof words);
	__asm__ volatile("" : : "r"(words) : "memory"); // it is used, says this to the compiler
}
