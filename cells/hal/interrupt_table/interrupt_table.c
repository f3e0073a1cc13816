#include "cells/hal/interrupt_table/interrupt_table.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/interrupt_table/interrupt_table_internal.h"
#include "cells/hal/processor/processor.h"

// A gate as the processor reads it.
struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t stack; // IST number
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};
static_assert(sizeof(struct gate) == 16, "the layout is the processor's");

enum { GATE_INTERRUPT = 0x8E }; // present, ring 0, interrupts off on entry

static CELL_STATE_ZERO struct {
	struct gate gates[INTERRUPT_TABLE_VECTORS];
	interrupt_handler *handler;
	interrupt_handler *interrupt_handler; // for the NMI, and for all that is no exception
} table;

// The exceptions that come when the current stack may be broken have stacks of their own.
static uint8_t stack_of(unsigned vector)
{
	switch (vector) {
	case INTERRUPT_TABLE_DOUBLE_FAULT:
		return DESCRIPTOR_TABLE_STACK_DOUBLE_FAULT;
	case INTERRUPT_TABLE_NMI:
		return DESCRIPTOR_TABLE_STACK_NMI;
	case INTERRUPT_TABLE_MACHINE_CHECK:
		return DESCRIPTOR_TABLE_STACK_MACHINE_CHECK;
	default:
		return DESCRIPTOR_TABLE_STACK_CURRENT;
	}
}

static void set_gate(unsigned vector, uintptr_t stub)
{
	AT(table.gates, vector) = (struct gate){
		.offset_low = (uint16_t)stub,
		.selector = DESCRIPTOR_TABLE_CODE,
		.stack = stack_of(vector),
		.type = stub ? GATE_INTERRUPT : 0,
		.offset_middle = (uint16_t)(stub >> 16),
		.offset_high = (uint32_t)(stub >> 32),
	};
}

void interrupt_table_install(void)
{
	for (unsigned vector = 0; vector < INTERRUPT_TABLE_EXCEPTIONS; vector++)
		set_gate(vector, (uintptr_t)interrupt_table_stubs + vector * INTERRUPT_TABLE_STUB_BYTES);
	interrupt_table_install_on_this_core();
}

void interrupt_table_install_on_this_core(void)
{
	struct interrupt_table_register registered = {
		.limit = sizeof table.gates - 1,
		.base = (uintptr_t)&table.gates,
	};
	interrupt_table_load(&registered);
}

void interrupt_table_set_gate(unsigned vector, uintptr_t stub)
{
	if (vector < INTERRUPT_TABLE_EXCEPTIONS)
		panic("interrupt_table: exception %u has its own stub", vector);
	set_gate(vector, stub);
}

void interrupt_table_set_exception_handler(interrupt_handler *handler)
{
	table.handler = handler;
}

void interrupt_table_set_interrupt_handler(interrupt_handler *handler)
{
	table.interrupt_handler = handler;
}

interrupt_handler **interrupt_table_exception_handler_word(void)
{
	return &table.handler;
}

void interrupt_table_dispatch(struct interrupt_frame *frame)
{
	bool is_exception = frame->vector < INTERRUPT_TABLE_EXCEPTIONS && frame->vector != INTERRUPT_TABLE_NMI;
	interrupt_handler *handler = is_exception || !table.interrupt_handler ? table.handler : table.interrupt_handler;
	if (!handler)
		processor_halt_forever();
	handler(frame);
}

const char *interrupt_table_vector_name(unsigned vector)
{
	static const char *const names[INTERRUPT_TABLE_EXCEPTIONS] = {
		[0] = "divide error",
		[1] = "debug exception",
		[2] = "non-maskable interrupt",
		[3] = "breakpoint",
		[4] = "overflow",
		[5] = "bound range exceeded",
		[6] = "invalid opcode",
		[7] = "device not available",
		[8] = "double fault",
		[9] = "coprocessor segment overrun",
		[10] = "invalid task state segment",
		[11] = "segment not present",
		[12] = "stack segment fault",
		[13] = "general protection fault",
		[14] = "page fault",
		[16] = "floating-point error",
		[17] = "alignment check",
		[18] = "machine check",
		[19] = "SIMD floating-point error",
		[20] = "virtualization exception",
		[21] = "control protection exception",
		[28] = "hypervisor injection exception",
		[29] = "VMM communication exception",
		[30] = "security exception",
	};
	const char *name = AT(names, vector);
	return name ? name : "reserved";
}

bool interrupt_table_has_error_code(unsigned vector)
{
	// Vectors 8, 10 to 14, 17, 21, 29 and 30.
	return vector < INTERRUPT_TABLE_EXCEPTIONS && (0x60227D00u >> vector & 1);
}

struct bytes interrupt_table_gates(void)
{
	return bytes_from(&table.gates, sizeof table.gates);
}
