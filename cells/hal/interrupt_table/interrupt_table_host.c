// The host's double: gates lead to a function that no processor calls; a test raises an exception by hand.
#include "cells/hal/interrupt_table/interrupt_table.h"
#include "cells/hal/interrupt_table/interrupt_table_internal.h"
#include "cells/hal/processor/processor.h"

void interrupt_table_stubs(void)
{
	processor_halt_forever(); // a stub is not a function
}

void interrupt_table_enter(void)
{
	processor_halt_forever();
}

void interrupt_table_load(const struct interrupt_table_register *table)
{
	// A register that names other bytes than the table's would be the end of the real processor, too.
	struct bytes gates = interrupt_table_gates();
	if (table->base != (uintptr_t)gates.data || table->limit + 1u != gates.size_bytes)
		processor_halt_forever();
}

void interrupt_table_host_raise(struct interrupt_frame *frame)
{
	interrupt_table_dispatch(frame);
}
