#include "cells/unwind/stack_walk/stack_walk_internal.h"

enum status stack_walk_read(
	const struct stack_walk_stack *stack, uint64_t address, uint64_t *value, struct diagnosis *why)
{
	enum { WORD_BYTES = sizeof(uint64_t) };
	uint64_t offset = address - stack->address; // an address below wraps around and is far beyond the end
	if (offset % WORD_BYTES != 0 || offset / WORD_BYTES >= stack->words.count)
		return diagnosis_set(why, STATUS_MALFORMED, "stack walk: %#llx is not in the stack, %zu words at %#llx",
			(unsigned long long)address, stack->words.count, (unsigned long long)stack->address);
	*value = ITEM(stack->words, offset / WORD_BYTES);
	return STATUS_OK;
}

static enum status find_cfa(const struct frame_row *row, const struct stack_walk_stack *stack,
	const struct stack_walk_registers *here, uint64_t *cfa, struct diagnosis *why)
{
	if (row->rules.cfa.kind == FRAME_RULE_VALUE_EXPRESSION)
		return stack_walk_evaluate(row->table, &row->rules.cfa, stack, here, NULL, cfa, why);
	*cfa = AT(here->values, row->rules.cfa.source) + (uint64_t)(int64_t)row->rules.cfa.offset;
	return STATUS_OK;
}

static enum status recover(const struct frame_row *row, unsigned number, uint64_t cfa,
	const struct stack_walk_stack *stack, const struct stack_walk_registers *here, uint64_t *value,
	struct diagnosis *why)
{
	const struct frame_rule *rule = &AT(row->rules.registers, number);
	uint64_t place = cfa + (uint64_t)(int64_t)rule->offset;
	switch (rule->kind) {
	case FRAME_RULE_OFFSET:
		return stack_walk_read(stack, place, value, why);
	case FRAME_RULE_VALUE_OFFSET:
		*value = place;
		return STATUS_OK;
	case FRAME_RULE_REGISTER:
		*value = AT(here->values, rule->source);
		return STATUS_OK;
	case FRAME_RULE_EXPRESSION:
		TRY(stack_walk_evaluate(row->table, rule, stack, here, &cfa, &place, why));
		return stack_walk_read(stack, place, value, why);
	case FRAME_RULE_VALUE_EXPRESSION:
		return stack_walk_evaluate(row->table, rule, stack, here, &cfa, value, why);
	default: // lost: nobody asks for it
		return STATUS_OK;
	}
}

enum status stack_walk_step(const struct frame_row *row, const struct stack_walk_stack *stack,
	const struct stack_walk_registers *here, struct stack_walk_registers *caller, struct diagnosis *why)
{
	unsigned return_rule = AT(row->rules.registers, FRAME_RIP).kind;
	if (return_rule == FRAME_RULE_UNDEFINED)
		return STATUS_END;
	if (return_rule == FRAME_RULE_SAME)
		return diagnosis_set(why, STATUS_MALFORMED, "stack walk: no rule says where %#llx returns to",
			(unsigned long long)AT(here->values, FRAME_RIP));
	uint64_t cfa;
	TRY(find_cfa(row, stack, here, &cfa, why));
	struct stack_walk_registers found = *here;
	for (unsigned number = 0; number < FRAME_REGISTER_COUNT; number++) {
		if (AT(row->rules.registers, number).kind != FRAME_RULE_SAME)
			TRY(recover(row, number, cfa, stack, here, &AT(found.values, number), why));
	}
	if (AT(row->rules.registers, FRAME_RSP).kind == FRAME_RULE_SAME)
		AT(found.values, FRAME_RSP) = cfa; // that is what a CFA is, unless a rule says otherwise
	if (AT(found.values, FRAME_RSP) <= AT(here->values, FRAME_RSP))
		return diagnosis_set(why, STATUS_MALFORMED, "stack walk: the caller of %#llx would not be further up",
			(unsigned long long)AT(here->values, FRAME_RIP));
	*caller = found;
	return STATUS_OK;
}
