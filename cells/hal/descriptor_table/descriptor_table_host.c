// The host's double: the tables stay what they are, bytes to look at.
#include "cells/base/panic/panic.h"
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/descriptor_table/descriptor_table_internal.h"

void descriptor_table_load(const struct descriptor_table_register *table)
{
	struct bytes segments = descriptor_table_segments();
	if (table->base != (uintptr_t)segments.data || table->limit + 1u != segments.size_bytes)
		panic("descriptor_table: the register names other bytes than the table's");
}
