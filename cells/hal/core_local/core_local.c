#include "cells/hal/core_local/core_local.h"

#include "cells/base/panic/panic.h"
#include "cells/hal/processor/processor.h"

static CELL_STATE_ZERO struct core_local blocks[CORE_LOCAL_CORES];

void core_local_install(size_t index)
{
	if (index >= CORE_LOCAL_CORES)
		panic("core_local: there is no core %zu, only %d", index, CORE_LOCAL_CORES);
	struct core_local *block = &AT(blocks, index);
	block->index = index;
	processor_write_msr(PROCESSOR_MSR_GS_BASE, (uintptr_t)block);
}

#if __STDC_HOSTED__
struct core_local *core_local_host_block(void)
{
	struct core_local *block = RAW_POINTER(struct core_local, processor_read_msr(PROCESSOR_MSR_GS_BASE));
	return block ? block : &AT(blocks, 0);
}
#endif
