#include "cells/hal/descriptor_table/descriptor_table.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/descriptor_table/descriptor_table_internal.h"

enum { STACK_BYTES = 8192, STACK_ALIGNMENT = 16, SEGMENT_WORDS = 5 };

// Access bytes and flags. Code and data are marked as accessed, so that the processor never writes to the table.
#define SEGMENT_CODE 0x00AF9B000000FFFFull // present, ring 0, execute and read, 64 bits
#define SEGMENT_DATA 0x00CF93000000FFFFull // present, ring 0, read and write
#define SEGMENT_TASK 0x0000890000000000ull // present, ring 0, 64-bit task state, available

// The 64-bit task state segment as the processor reads it. Addresses are in two halves: they are not aligned.
struct task_state {
	uint32_t reserved_0;
	uint32_t privilege_stacks[6];
	uint32_t reserved_1[2];
	uint32_t interrupt_stacks[14];
	uint32_t reserved_2[2];
	uint16_t reserved_3;
	uint16_t port_bitmap_offset; // at the limit or beyond: no bitmap
};
static_assert(sizeof(struct task_state) == 104, "the layout is the processor's");

static CELL_STATE_ZERO struct {
	uint64_t segments[SEGMENT_WORDS];
	struct task_state task;
	_Alignas(STACK_ALIGNMENT) unsigned char stacks[DESCRIPTOR_TABLE_STACK_COUNT_ - 1][STACK_BYTES];
} tables;

static uint64_t task_descriptor_low(uintptr_t base, uint32_t limit)
{
	return SEGMENT_TASK | (limit & 0xFFFF) | (base & 0xFFFFFF) << 16 | (base >> 24 & 0xFF) << 56;
}

static void build_segments(void)
{
	uintptr_t base = (uintptr_t)&tables.task;
	AT(tables.segments, 0) = 0;
	AT(tables.segments, DESCRIPTOR_TABLE_CODE / 8) = SEGMENT_CODE;
	AT(tables.segments, DESCRIPTOR_TABLE_DATA / 8) = SEGMENT_DATA;
	AT(tables.segments, DESCRIPTOR_TABLE_TASK / 8) = task_descriptor_low(base, sizeof tables.task - 1);
	AT(tables.segments, DESCRIPTOR_TABLE_TASK / 8 + 1) = base >> 32;
}

static void build_task_state(void)
{
	tables.task = (struct task_state){.port_bitmap_offset = sizeof tables.task};
	for (unsigned stack = 1; stack < DESCRIPTOR_TABLE_STACK_COUNT_; stack++) {
		uintptr_t top = descriptor_table_stack_top(stack);
		AT(tables.task.interrupt_stacks, 2 * (stack - 1)) = (uint32_t)top;
		AT(tables.task.interrupt_stacks, 2 * (stack - 1) + 1) = (uint32_t)(top >> 32);
	}
}

void descriptor_table_install(void)
{
	build_segments();
	build_task_state();
	struct descriptor_table_register table = {
		.limit = sizeof tables.segments - 1,
		.base = (uintptr_t)&tables.segments,
	};
	descriptor_table_load(&table);
}

uintptr_t descriptor_table_stack_top(enum descriptor_table_stack stack)
{
	if (stack == DESCRIPTOR_TABLE_STACK_CURRENT)
		panic("descriptor_table: the current stack has no fixed top");
	return (uintptr_t)&AT(tables.stacks, stack - 1u) + STACK_BYTES;
}

struct bytes descriptor_table_segments(void)
{
	return bytes_from(&tables.segments, sizeof tables.segments);
}

struct bytes descriptor_table_task_state(void)
{
	return bytes_from(&tables.task, sizeof tables.task);
}
