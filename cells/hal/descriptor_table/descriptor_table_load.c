#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/descriptor_table/descriptor_table_internal.h"

void descriptor_table_load(const struct descriptor_table_register *table, uint16_t task)
{
	uint64_t code;
	__asm__ volatile("lgdt %1\n\t"
			 // The code segment is loaded by a far return to the next instruction.
			 "pushq %2\n\t"
			 "leaq 1f(%%rip), %0\n\t"
			 "pushq %0\n\t"
			 "lretq\n"
			 "1:\tmovl %3, %%ds\n\t"
			 "movl %3, %%es\n\t"
			 "movl %3, %%ss\n\t"
			 "ltr %w4"
			 : "=&r"(code)
			 : "m"(*table), "i"(DESCRIPTOR_TABLE_CODE), "r"(DESCRIPTOR_TABLE_DATA), "r"((uint32_t)task)
			 : "memory");
}
