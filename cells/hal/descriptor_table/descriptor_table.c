#include "cells/hal/descriptor_table/descriptor_table.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/descriptor_table/descriptor_table_internal.h"

enum {
	STACK_BYTES = 8192,
	STACK_ALIGNMENT = 16,
	SEGMENT_WORDS = 3 + 2 * CORE_LOCAL_CORES, // nothing, code, data; a task state takes two
};

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
	struct task_state tasks[CORE_LOCAL_CORES];
	_Alignas(STACK_ALIGNMENT) unsigned char stacks[DESCRIPTOR_TABLE_STACK_COUNT_ - 1]
						      [STACK_BYTES]; // the first core's
} tables;

static uint64_t task_descriptor_low(uintptr_t base, uint32_t limit)
{
	return SEGMENT_TASK | (limit & 0xFFFF) | (base & 0xFFFFFF) << 16 | (base >> 24 & 0xFF) << 56;
}

static size_t selector_of(size_t index)
{
	return DESCRIPTOR_TABLE_TASK + index * DESCRIPTOR_TABLE_TASK_STEP;
}

// Its place in the task state, in words of 32 bits.
static size_t place_of(enum descriptor_table_stack stack)
{
	if (stack == DESCRIPTOR_TABLE_STACK_CURRENT || stack >= DESCRIPTOR_TABLE_STACK_COUNT_)
		panic("descriptor_table: there is no interrupt stack %d", (int)stack);
	return 2 * (stack - 1u);
}

void descriptor_table_set_stack(size_t index, enum descriptor_table_stack stack, uintptr_t top)
{
	size_t place = place_of(stack);
	if (top % STACK_ALIGNMENT != 0)
		panic("descriptor_table: a stack cannot end at 0x%lx", top);
	struct task_state *task = &AT(tables.tasks, index);
	AT(task->interrupt_stacks, place) = (uint32_t)top;
	AT(task->interrupt_stacks, place + 1) = (uint32_t)(top >> 32);
}

void descriptor_table_install_on(size_t index)
{
	struct task_state *task = &AT(tables.tasks, index);
	task->port_bitmap_offset = sizeof *task;
	uintptr_t base = (uintptr_t)task;
	size_t selector = selector_of(index);
	AT(tables.segments, selector / 8) = task_descriptor_low(base, sizeof *task - 1);
	AT(tables.segments, selector / 8 + 1) = base >> 32;
	struct descriptor_table_register table = {
		.limit = sizeof tables.segments - 1,
		.base = (uintptr_t)&tables.segments,
	};
	descriptor_table_load(&table, (uint16_t)selector);
}

void descriptor_table_install(void)
{
	AT(tables.segments, DESCRIPTOR_TABLE_CODE / 8) = SEGMENT_CODE;
	AT(tables.segments, DESCRIPTOR_TABLE_DATA / 8) = SEGMENT_DATA;
	for (unsigned stack = 1; stack < DESCRIPTOR_TABLE_STACK_COUNT_; stack++)
		descriptor_table_set_stack(0, stack, (uintptr_t)&AT(tables.stacks, stack - 1) + STACK_BYTES);
	descriptor_table_install_on(0);
}

uintptr_t descriptor_table_stack_top(size_t index, enum descriptor_table_stack stack)
{
	size_t place = place_of(stack);
	const struct task_state *task = &AT(tables.tasks, index);
	return AT(task->interrupt_stacks, place) | (uintptr_t)AT(task->interrupt_stacks, place + 1) << 32;
}

struct bytes descriptor_table_segments(void)
{
	return bytes_from(&tables.segments, sizeof tables.segments);
}

struct bytes descriptor_table_task_state(size_t index)
{
	return bytes_from(&AT(tables.tasks, index), sizeof(struct task_state));
}
