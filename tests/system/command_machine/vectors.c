// What the processor shows: vectors and exceptions.
#include "cells/base/bytes/bytes.h"
#include "cells/console/console/console.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"
#include "cells/unwind/landing/landing.h"
#include "tests/system/command_machine/command_machine_internal.h"

enum { GATE_BYTES = 16 };

static uintptr_t gate_of(unsigned vector)
{
	uint64_t low = 0, high = 0;
	struct bytes gates = interrupt_table_gates();
	if (bytes_read_u64(gates, vector * GATE_BYTES, &low) || bytes_read_u64(gates, vector * GATE_BYTES + 8, &high))
		return 0;
	return (low & 0xFFFF) | (low >> 48) << 16 | high << 32;
}

// Does what a processor does: pushes what it pushes, and goes where the gate leads. Comes back by IRETQ.
static __attribute__((noinline)) void raise(unsigned vector)
{
	uintptr_t gate = gate_of(vector);
	uint64_t has_code = vector < INTERRUPT_TABLE_EXCEPTIONS && interrupt_table_has_error_code(vector);
	__asm__ volatile("movq %%rsp, %%rax\n\t"
			 "andq $-16, %%rsp\n\t"
			 "pushq $0x10\n\t"
			 "pushq %%rax\n\t"
			 "pushfq\n\t"
			 "cli\n\t"
			 "pushq $0x08\n\t"
			 "leaq 1f(%%rip), %%rcx\n\t"
			 "pushq %%rcx\n\t"
			 "testq %1, %1\n\t"
			 "jz 2f\n\t"
			 "pushq $0x1234\n"
			 "2:\tpushq %0\n\t"
			 "retq\n"
			 "1:"
			 :
			 : "r"(gate), "r"(has_code)
			 : "rax", "rcx", "memory", "cc");
}

static CELL_STATE_ZERO struct {
	unsigned handled;
	uint64_t last;
} seen;

static void handle(struct interrupt_frame *frame)
{
	seen.handled++;
	seen.last = frame->vector;
}

static uint64_t interrupts_here(void)
{
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	return interrupt_vector_count(core_local_index());
}

enum status try_vectors(void)
{
	OWN(interrupt_vector, vector);
	TRY(interrupt_vector_claim(&vector, handle, "command_machine: vector"));
	unsigned own = interrupt_vector_number(&vector);
	core_local_hold_preemption();
	raise(own);
	uint64_t before = interrupts_here();
	// What is nobody's is counted and forgotten; those of others have work to do.
	unsigned raised = 0;
	for (unsigned number = INTERRUPT_TABLE_EXCEPTIONS; number < INTERRUPT_VECTOR_FIRST; number++, raised++)
		raise(number);
	for (unsigned number = INTERRUPT_VECTOR_END - 100; number < INTERRUPT_TABLE_VECTORS; number++, raised++)
		raise(number);
	uint64_t counted = interrupts_here() - before;
	core_local_release_preemption();
	console_print("%u vectors were raised, %llu counted\n", raised, (unsigned long long)counted);
	return seen.handled == 1 && seen.last == own && counted >= raised ? STATUS_OK : STATUS_REFUSED;
}

// ---- Exceptions ----

static void raise_in_catch(void *context)
{
	raise(*(const unsigned *)context);
}

enum status try_exceptions(void)
{
	unsigned survived = 0;
	for (unsigned vector = 0; vector < INTERRUPT_TABLE_EXCEPTIONS; vector++) {
		// Those have stacks of their own, which only the processor changes to; single steps are the kills'.
		if (vector == INTERRUPT_TABLE_DEBUG || vector == INTERRUPT_TABLE_DOUBLE_FAULT ||
			vector == INTERRUPT_TABLE_NMI || vector == INTERRUPT_TABLE_MACHINE_CHECK)
			continue;
		struct landing_crash crash = {};
		enum status status = landing_catch(raise_in_catch, &vector, LANDING_SILENT, &crash);
		if (status != STATUS_CRASHED || !crash.is_complete) {
			console_print("exception %u was not survived: %s\n", vector, status_name(status));
			return STATUS_REFUSED;
		}
		survived++;
	}
	console_print("%u exceptions were survived\n", survived);
	return STATUS_OK;
}
