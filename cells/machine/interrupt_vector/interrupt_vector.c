#include "cells/machine/interrupt_vector/interrupt_vector.h"

#include "cells/diagnostics/crash_report/crash_report.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/core_local/core_local.h"
#include "cells/machine/interrupt_vector/interrupt_vector_internal.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/sync/spinlock/spinlock.h"

enum { HANDLERS = INTERRUPT_TABLE_VECTORS - INTERRUPT_TABLE_EXCEPTIONS };

typedef void stub(void);
CELL_POINTER_TYPE(handler_pointer, interrupt_handler);
CELL_POINTER_TYPE(nmi_pointer, interrupt_vector_nmi_handler);
CELL_POINTER_TYPE(stub_pointer, stub);

// A core counts its own interrupts, on a cache line of its own.
struct count {
	uint64_t interrupts;
	uint64_t unexpected;
	uint64_t other_cores[6];
};

static CELL_STATE_ZERO struct {
	struct spinlock lock; // for claiming; raising takes none
	struct handler_pointer handlers[HANDLERS];
	struct handler_pointer tail;
	struct nmi_pointer nmi;
	struct stub_pointer stubs; // this very cell stays while the table leads to it
	struct count counts[CORE_LOCAL_CORES];
} vectors;

static struct handler_pointer *slot_of(unsigned vector)
{
	return &AT(vectors.handlers, vector - INTERRUPT_TABLE_EXCEPTIONS);
}

enum status interrupt_vector_claim(struct interrupt_vector *vector, interrupt_handler *handler, const char *holder)
{
	GUARD(&vectors.lock);
	for (unsigned number = INTERRUPT_VECTOR_FIRST; number < INTERRUPT_VECTOR_END; number++) {
		struct handler_pointer *slot = slot_of(number);
		if (handler_pointer_get(slot))
			continue;
		handler_pointer_set(slot, handler, holder);
		interrupt_vector_fill(vector, (struct interrupt_vector){number});
		return STATUS_OK;
	}
	return STATUS_NO_MEMORY;
}

void interrupt_vector_release(struct interrupt_vector *vector)
{
	if (vector->number != 0) {
		GUARD(&vectors.lock);
		handler_pointer_clear(slot_of(vector->number));
	}
	vector->number = 0;
}

uint8_t interrupt_vector_number(const struct interrupt_vector *vector)
{
	return (uint8_t)vector->number;
}

void interrupt_vector_set_tail(interrupt_handler *tail, const char *holder)
{
	handler_pointer_set(&vectors.tail, tail, holder);
}

void interrupt_vector_set_nmi_handler(interrupt_vector_nmi_handler *handler, const char *holder)
{
	nmi_pointer_set(&vectors.nmi, handler, holder);
}

uint64_t interrupt_vector_count(size_t index)
{
	return __atomic_load_n(&AT(vectors.counts, index).interrupts, __ATOMIC_RELAXED);
}

// Indirect calls in functions without clean-ups, where the compiler checks their types.
static __attribute__((noinline)) void call_handler(interrupt_handler *handler, struct interrupt_frame *frame)
{
	handler(frame);
}

static __attribute__((noinline)) void raise_nmi(struct interrupt_frame *frame)
{
	interrupt_vector_nmi_handler *handler = nmi_pointer_get(&vectors.nmi);
	if (!handler || !handler())
		crash_report_exception(frame);
}

// The first on a core is told of; a device that does not stop must not fill the log.
static __attribute__((cold, noinline)) void report_unexpected(struct count *count, unsigned vector)
{
	if (count->unexpected++ == 0)
		LOG_WARNING("interrupt %u came, which nobody has claimed", vector);
}

// A processor that comes here has its interrupts off.
static size_t this_core(void)
{
	struct core_local_stay stay;
	GUARD_OF(core_local_stay, &stay);
	return core_local_index();
}

static void dispatch(struct interrupt_frame *frame)
{
	unsigned vector = (unsigned)frame->vector;
	if (vector == INTERRUPT_TABLE_NMI) {
		raise_nmi(frame);
		return;
	}
	struct count *count = &AT(vectors.counts, this_core());
	count->interrupts++;
	if (vector != LOCAL_APIC_SPURIOUS_VECTOR)
		local_apic_end_of_interrupt();
	interrupt_handler *handler = handler_pointer_get(slot_of(vector));
	if (handler)
		call_handler(handler, frame);
	else if (vector != LOCAL_APIC_SPURIOUS_VECTOR)
		report_unexpected(count, vector);
	interrupt_handler *tail = handler_pointer_get(&vectors.tail);
	if (tail)
		call_handler(tail, frame);
}

void interrupt_vector_start(void)
{
	stub_pointer_set(&vectors.stubs, interrupt_vector_stubs, "interrupt_table: gates");
	uintptr_t first = (uintptr_t)interrupt_vector_stubs;
	for (unsigned vector = INTERRUPT_TABLE_EXCEPTIONS; vector < INTERRUPT_TABLE_VECTORS; vector++)
		interrupt_table_set_gate(
			vector, first + (vector - INTERRUPT_TABLE_EXCEPTIONS) * INTERRUPT_VECTOR_STUB_BYTES);
	interrupt_table_set_interrupt_handler(dispatch);
}
