// The host's double: the tables stay what they are, bytes to look at.
#include "cells/base/panic/panic.h"
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/hal/descriptor_table/descriptor_table_internal.h"

void descriptor_table_load(const struct descriptor_table_register *table, uint16_t task)
{
	struct bytes segments = descriptor_table_segments();
	if (table->base != (uintptr_t)segments.data || table->limit + 1u != segments.size_bytes)
		panic("descriptor_table: the register names other bytes than the table's");
	uint64_t descriptor;
	if (bytes_read_u64(segments, task, &descriptor) || (descriptor >> 40 & 0xFF) != 0x89)
		panic("descriptor_table: selector 0x%x is not that of a task state", task);
}
