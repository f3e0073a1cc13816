#pragma once

#include "cells/unwind/stack_walk/stack_walk.h"

// The word of the stack at `address`. STATUS_MALFORMED: there is none.
INTERNAL MUST_USE enum status stack_walk_read(
	const struct stack_walk_stack *stack, uint64_t address, uint64_t *value, struct diagnosis *why);

// What the expression of `rule` gives; `first`, if there is one, is on its stack at the beginning.
INTERNAL MUST_USE enum status stack_walk_evaluate(struct bytes table, const struct frame_rule *rule,
	const struct stack_walk_stack *stack, const struct stack_walk_registers *here, const uint64_t *first,
	uint64_t *result, struct diagnosis *why);
