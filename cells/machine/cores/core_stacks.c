// Stacks of a core: one to run on, and one for each exception that must be survived when that one is broken.
#include "cells/hal/core_local/core_local.h"
#include "cells/hal/descriptor_table/descriptor_table.h"
#include "cells/machine/cores/cores_internal.h"
#include "cells/memory/stack_pool/stack_pool.h"

// The first is the core's own, the others in the order of descriptor_table_stack.
struct core_stacks {
	struct pooled_stack stacks[DESCRIPTOR_TABLE_STACK_COUNT_];
};

static CELL_STATE_ZERO struct {
	struct core_stacks cores[CORE_LOCAL_CORES];
} taken;

enum status core_stacks_make(size_t index, uint64_t holder, uint64_t *stack_top)
{
	struct core_stacks *stacks = &AT(taken.cores, index);
	for (unsigned number = 0; number < DESCRIPTOR_TABLE_STACK_COUNT_; number++) {
		bool own = number == DESCRIPTOR_TABLE_STACK_CURRENT;
		OWN(pooled_stack, stack);
		TRY(stack_pool_take(&stack, own ? STACK_POOL_USUAL : STACK_POOL_SMALL, holder));
		if (own)
			*stack_top = pooled_stack_top(&stack);
		else
			descriptor_table_set_stack(index, number, pooled_stack_top(&stack));
		pooled_stack_put_in(&AT(stacks->stacks, number), &stack);
	}
	return STATUS_OK;
}
