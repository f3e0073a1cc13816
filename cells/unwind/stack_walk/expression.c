// Expressions: small programs for a stack of numbers, without jumps, so that each ends.
#include "cells/unwind/dwarf_reader/dwarf_reader.h"
#include "cells/unwind/stack_walk/stack_walk_internal.h"

// Source: DWARF 5, table 7.9.
enum operation {
	DEREFERENCE = 0x06,
	CONSTANT_U8 = 0x08,
	CONSTANT_S8 = 0x09,
	CONSTANT_U16 = 0x0A,
	CONSTANT_S16 = 0x0B,
	CONSTANT_U32 = 0x0C,
	CONSTANT_S32 = 0x0D,
	CONSTANT_U64 = 0x0E,
	CONSTANT_S64 = 0x0F,
	CONSTANT_UNSIGNED = 0x10,
	CONSTANT_SIGNED = 0x11,
	DUPLICATE = 0x12,
	DROP = 0x13,
	AND = 0x1A,
	MINUS = 0x1C,
	MULTIPLY = 0x1E,
	NEGATE = 0x1F,
	NOT = 0x20,
	OR = 0x21,
	PLUS = 0x22,
	PLUS_CONSTANT = 0x23,
	SHIFT_LEFT = 0x24,
	SHIFT_RIGHT = 0x25,
	SHIFT_RIGHT_SIGNED = 0x26,
	EXCLUSIVE_OR = 0x27,
	EQUAL = 0x29,
	GREATER_OR_EQUAL = 0x2A,
	GREATER = 0x2B,
	LESS_OR_EQUAL = 0x2C,
	LESS = 0x2D,
	NOT_EQUAL = 0x2E,
	LITERAL_0 = 0x30,
	LITERAL_31 = 0x4F,
	REGISTER_0 = 0x70, // with an offset
	REGISTER_31 = 0x8F,
	NO_OPERATION = 0x96,
};

enum { DEPTH_MAX = 16, SHIFT_LIMIT = 64 };

struct calculator {
	struct dwarf_reader code;
	const struct stack_walk_stack *stack;
	const struct stack_walk_registers *here;
	struct diagnosis *why;
	unsigned depth;
	uint64_t numbers[DEPTH_MAX];
};

static enum status push(struct calculator *calculator, uint64_t number)
{
	if (calculator->depth == DEPTH_MAX)
		return diagnosis_set(
			calculator->why, STATUS_UNSUPPORTED, "expression: more than %d numbers", DEPTH_MAX);
	AT(calculator->numbers, calculator->depth) = number;
	calculator->depth++;
	return STATUS_OK;
}

static enum status pop(struct calculator *calculator, uint64_t *number)
{
	if (calculator->depth == 0)
		return diagnosis_set(
			calculator->why, STATUS_MALFORMED, "expression: it takes a number that is not there");
	calculator->depth--;
	*number = AT(calculator->numbers, calculator->depth);
	return STATUS_OK;
}

static enum status cut_off(struct calculator *calculator, uint8_t operation)
{
	return diagnosis_set(
		calculator->why, STATUS_MALFORMED, "expression: operation %#x has no sound operand", operation);
}

// The constants' operations stand in the order of their widths; the encodings of addresses say the same.
static enum status push_constant(struct calculator *calculator, uint8_t operation)
{
	static const uint8_t encodings[] = {DWARF_ENCODING_U16, DWARF_ENCODING_S16, DWARF_ENCODING_U32,
		DWARF_ENCODING_S32, DWARF_ENCODING_U64, DWARF_ENCODING_S64, DWARF_ENCODING_ULEB128,
		DWARF_ENCODING_SLEB128};
	uint64_t number;
	uint8_t octet;
	if (operation <= CONSTANT_S8) {
		if (dwarf_reader_u8(&calculator->code, &octet))
			return cut_off(calculator, operation);
		number = operation == CONSTANT_U8 ? octet : (uint64_t)(int64_t)(int8_t)octet;
	} else if (dwarf_reader_pointer(
			   &calculator->code, AT(encodings, (size_t)(operation - CONSTANT_U16)), 0, &number)) {
		return cut_off(calculator, operation);
	}
	return push(calculator, number);
}

static enum status push_register(struct calculator *calculator, uint8_t operation)
{
	int64_t offset;
	unsigned number = operation - REGISTER_0;
	if (dwarf_reader_sleb128(&calculator->code, &offset))
		return cut_off(calculator, operation);
	if (number >= FRAME_REGISTER_COUNT)
		return diagnosis_set(
			calculator->why, STATUS_UNSUPPORTED, "expression: register %u is not kept", number);
	return push(calculator, AT(calculator->here->values, number) + (uint64_t)offset);
}

// Operations on the topmost number.
static enum status change_one(struct calculator *calculator, uint8_t operation)
{
	uint64_t number;
	uint64_t constant;
	TRY(pop(calculator, &number));
	switch (operation) {
	case DEREFERENCE:
		TRY(stack_walk_read(calculator->stack, number, &number, calculator->why));
		break;
	case DUPLICATE:
		TRY(push(calculator, number));
		break;
	case DROP:
		return STATUS_OK;
	case NEGATE:
		number = 0 - number;
		break;
	case NOT:
		number = ~number;
		break;
	default: // PLUS_CONSTANT
		if (dwarf_reader_uleb128(&calculator->code, &constant))
			return cut_off(calculator, operation);
		number += constant;
		break;
	}
	return push(calculator, number);
}

static uint64_t shift(uint64_t number, uint64_t by, uint8_t operation)
{
	if (operation == SHIFT_RIGHT_SIGNED)
		return (uint64_t)((int64_t)number >> (by < SHIFT_LIMIT ? by : SHIFT_LIMIT - 1));
	if (by >= SHIFT_LIMIT)
		return 0;
	return operation == SHIFT_LEFT ? number << by : number >> by;
}

// Operations on the two topmost numbers. False: it is none.
static bool combine(uint8_t operation, uint64_t first, uint64_t second, uint64_t *result)
{
	switch (operation) {
	case AND:
		*result = first & second;
		return true;
	case MINUS:
		*result = first - second;
		return true;
	case MULTIPLY:
		*result = first * second;
		return true;
	case OR:
		*result = first | second;
		return true;
	case PLUS:
		*result = first + second;
		return true;
	case SHIFT_LEFT:
	case SHIFT_RIGHT:
	case SHIFT_RIGHT_SIGNED:
		*result = shift(first, second, operation);
		return true;
	case EXCLUSIVE_OR:
		*result = first ^ second;
		return true;
	case EQUAL:
		*result = first == second;
		return true;
	case GREATER_OR_EQUAL:
		*result = (int64_t)first >= (int64_t)second;
		return true;
	case GREATER:
		*result = (int64_t)first > (int64_t)second;
		return true;
	case LESS_OR_EQUAL:
		*result = (int64_t)first <= (int64_t)second;
		return true;
	case LESS:
		*result = (int64_t)first < (int64_t)second;
		return true;
	case NOT_EQUAL:
		*result = first != second;
		return true;
	default:
		return false;
	}
}

static enum status change_two(struct calculator *calculator, uint8_t operation)
{
	uint64_t result;
	if (!combine(operation, 1, 1, &result))
		return diagnosis_set(
			calculator->why, STATUS_UNSUPPORTED, "expression: operation %#x is unknown", operation);
	uint64_t first;
	uint64_t second;
	TRY(pop(calculator, &second));
	TRY(pop(calculator, &first));
	(void)combine(operation, first, second, &result);
	return push(calculator, result);
}

static enum status operate(struct calculator *calculator, uint8_t operation)
{
	if (operation >= LITERAL_0 && operation <= LITERAL_31)
		return push(calculator, operation - LITERAL_0);
	if (operation >= REGISTER_0 && operation <= REGISTER_31)
		return push_register(calculator, operation);
	if (operation >= CONSTANT_U8 && operation <= CONSTANT_SIGNED)
		return push_constant(calculator, operation);
	switch (operation) {
	case NO_OPERATION:
		return STATUS_OK;
	case DEREFERENCE:
	case DUPLICATE:
	case DROP:
	case NEGATE:
	case NOT:
	case PLUS_CONSTANT:
		return change_one(calculator, operation);
	default:
		return change_two(calculator, operation);
	}
}

enum status stack_walk_evaluate(struct bytes table, const struct frame_rule *rule, const struct stack_walk_stack *stack,
	const struct stack_walk_registers *here, const uint64_t *first, uint64_t *result, struct diagnosis *why)
{
	struct calculator calculator = {.stack = stack, .here = here, .why = why};
	if (rule->offset < 0 ||
		bytes_slice(table, (uint64_t)rule->offset, rule->expression_bytes, &calculator.code.data))
		return diagnosis_set(why, STATUS_MALFORMED, "expression: it is not in the unwind table");
	if (first)
		TRY(push(&calculator, *first));
	while (calculator.code.at < calculator.code.data.size_bytes) {
		uint8_t operation;
		TRY(dwarf_reader_u8(&calculator.code, &operation));
		TRY(operate(&calculator, operation));
	}
	return pop(&calculator, result);
}
