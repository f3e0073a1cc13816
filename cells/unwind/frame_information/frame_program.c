// Programs: small instructions that say, from the function's first byte on, how the rules change.
#include "cells/unwind/dwarf_reader/dwarf_reader.h"
#include "cells/unwind/frame_information/frame_information.h"

// The upper two bits of an instruction, or all of it. Source: DWARF 5, table 7.29; the GNU ones: LSB, section 10.5.
enum instruction {
	ADVANCE = 0x40, // the lower six bits are a distance
	OFFSET = 0x80,  // or a register
	RESTORE = 0xC0,
	OPERAND_MASK = 0x3F,
	NOTHING = 0x00,
	SET_LOCATION = 0x01,
	ADVANCE_1 = 0x02,
	ADVANCE_2 = 0x03,
	ADVANCE_4 = 0x04,
	OFFSET_EXTENDED = 0x05,
	RESTORE_EXTENDED = 0x06,
	UNDEFINED = 0x07,
	SAME_VALUE = 0x08,
	REGISTER = 0x09,
	REMEMBER_STATE = 0x0A,
	RESTORE_STATE = 0x0B,
	DEFINE_CFA = 0x0C,
	DEFINE_CFA_REGISTER = 0x0D,
	DEFINE_CFA_OFFSET = 0x0E,
	DEFINE_CFA_EXPRESSION = 0x0F,
	EXPRESSION = 0x10,
	OFFSET_EXTENDED_SIGNED = 0x11,
	DEFINE_CFA_SIGNED = 0x12,
	DEFINE_CFA_OFFSET_SIGNED = 0x13,
	VALUE_OFFSET = 0x14,
	VALUE_OFFSET_SIGNED = 0x15,
	VALUE_EXPRESSION = 0x16,
	GNU_ARGUMENTS_SIZE = 0x2E,
	GNU_NEGATIVE_OFFSET = 0x2F,
};

enum { OFFSET_MAX = 1 << 30, EXPRESSION_MAX = 4096, SHORT_LIMIT = 0x80 };

struct machine {
	const struct frame_entry *entry;
	struct dwarf_reader code; // from the table's first byte to the program's last
	uint64_t location;
	uint64_t end;    // of the function
	uint64_t wanted; // rules for addresses behind it are of no interest
	struct frame_rules rules;
	const struct frame_rules *initial; // what the common program left; null while it runs
	unsigned remembered_count;
	struct frame_common *common; // has the room for what is remembered
	struct diagnosis *why;
};

static enum status cut_off(struct machine *machine, uint8_t instruction)
{
	return diagnosis_set(machine->why, STATUS_MALFORMED,
		"unwind program: instruction %#x before %#zx has no sound operand", instruction, machine->code.at);
}

static enum status read_register(struct machine *machine, uint8_t instruction, uint8_t *number)
{
	uint64_t value;
	if (dwarf_reader_uleb128(&machine->code, &value))
		return cut_off(machine, instruction);
	if (value >= FRAME_REGISTER_COUNT)
		return diagnosis_set(machine->why, STATUS_UNSUPPORTED,
			"unwind program: instruction %#x before %#zx is about register %llu; cells use 0 to 16",
			instruction, machine->code.at, (unsigned long long)value);
	*number = (uint8_t)value;
	return STATUS_OK;
}

// An offset in bytes: `unit` is 1 or the entry's.
static enum status read_offset(
	struct machine *machine, uint8_t instruction, bool is_signed, int64_t unit, int32_t *offset)
{
	uint64_t plain = 0;
	int64_t number = 0;
	if (is_signed ? dwarf_reader_sleb128(&machine->code, &number) : dwarf_reader_uleb128(&machine->code, &plain))
		return cut_off(machine, instruction);
	if (!is_signed)
		number = plain > OFFSET_MAX ? (int64_t)OFFSET_MAX + 1 : (int64_t)plain;
	if (number > OFFSET_MAX || number < -OFFSET_MAX || number * unit > OFFSET_MAX || number * unit < -OFFSET_MAX)
		return diagnosis_set(machine->why, STATUS_MALFORMED,
			"unwind program: instruction %#x before %#zx has an offset beyond 1 GiB", instruction,
			machine->code.at);
	*offset = (int32_t)(number * unit);
	return STATUS_OK;
}

static enum status read_expression(struct machine *machine, uint8_t instruction, uint8_t kind, struct frame_rule *rule)
{
	uint64_t size_bytes;
	struct dwarf_reader block;
	if (dwarf_reader_uleb128(&machine->code, &size_bytes))
		return cut_off(machine, instruction);
	size_t start = machine->code.at;
	if (size_bytes == 0 || size_bytes > EXPRESSION_MAX || dwarf_reader_block(&machine->code, size_bytes, &block))
		return diagnosis_set(machine->why, STATUS_MALFORMED,
			"unwind program: the expression at %#zx has %llu bytes", start, (unsigned long long)size_bytes);
	*rule = (struct frame_rule){.kind = kind, .expression_bytes = (uint16_t)size_bytes, .offset = (int32_t)start};
	return STATUS_OK;
}

static enum status advance(struct machine *machine, uint64_t units)
{
	uint64_t distance = units * machine->entry->code_unit; // 32 bits times a small unit
	if (distance > machine->end - machine->location)
		return diagnosis_set(machine->why, STATUS_MALFORMED,
			"unwind program: before %#zx it leaves its function, which ends at %#llx", machine->code.at,
			(unsigned long long)machine->end);
	machine->location += distance;
	return STATUS_OK;
}

static enum status set_location(struct machine *machine)
{
	uint64_t location;
	if (dwarf_reader_pointer(&machine->code, machine->entry->encoding, machine->entry->function_start, &location))
		return cut_off(machine, SET_LOCATION);
	if (location < machine->location)
		return diagnosis_set(machine->why, STATUS_MALFORMED,
			"unwind program: before %#zx it goes back to %#llx", machine->code.at,
			(unsigned long long)location);
	return advance(machine, (location - machine->location) / machine->entry->code_unit);
}

static enum status advance_by(struct machine *machine, uint8_t instruction)
{
	uint8_t octet = 0;
	uint16_t half = 0;
	uint32_t word = 0;
	enum status status = instruction == ADVANCE_1   ? dwarf_reader_u8(&machine->code, &octet)
			     : instruction == ADVANCE_2 ? dwarf_reader_u16(&machine->code, &half)
							: dwarf_reader_u32(&machine->code, &word);
	if (status)
		return cut_off(machine, instruction);
	return advance(machine, (uint64_t)octet + half + word);
}

static enum status restore(struct machine *machine, uint8_t instruction, uint8_t number)
{
	if (number >= FRAME_REGISTER_COUNT)
		return diagnosis_set(machine->why, STATUS_UNSUPPORTED,
			"unwind program: instruction %#x before %#zx is about register %u; cells use 0 to 16",
			instruction, machine->code.at, number);
	if (!machine->initial)
		return diagnosis_set(machine->why, STATUS_MALFORMED,
			"unwind program: before %#zx a common program restores register %u", machine->code.at, number);
	AT(machine->rules.registers, number) = AT(machine->initial->registers, number);
	return STATUS_OK;
}

static enum status remember(struct machine *machine)
{
	if (machine->remembered_count == FRAME_REMEMBERED_MAX)
		return diagnosis_set(machine->why, STATUS_UNSUPPORTED,
			"unwind program: before %#zx it remembers more than %d states", machine->code.at,
			FRAME_REMEMBERED_MAX);
	AT(machine->common->remembered, machine->remembered_count) = machine->rules;
	machine->remembered_count++;
	return STATUS_OK;
}

static enum status recall(struct machine *machine)
{
	if (machine->remembered_count == 0)
		return diagnosis_set(machine->why, STATUS_MALFORMED,
			"unwind program: before %#zx it restores a state that it did not remember", machine->code.at);
	machine->remembered_count--;
	machine->rules = AT(machine->common->remembered, machine->remembered_count);
	return STATUS_OK;
}

static enum status set_offset_rule(struct machine *machine, uint8_t instruction, uint8_t number)
{
	if (number >= FRAME_REGISTER_COUNT)
		return diagnosis_set(machine->why, STATUS_UNSUPPORTED,
			"unwind program: instruction %#x before %#zx is about register %u; cells use 0 to 16",
			instruction, machine->code.at, number);
	bool is_signed = instruction == OFFSET_EXTENDED_SIGNED || instruction == VALUE_OFFSET_SIGNED;
	bool is_value = instruction == VALUE_OFFSET || instruction == VALUE_OFFSET_SIGNED;
	int64_t unit = machine->entry->data_unit;
	struct frame_rule rule = {.kind = is_value ? FRAME_RULE_VALUE_OFFSET : FRAME_RULE_OFFSET};
	TRY(read_offset(
		machine, instruction, is_signed, instruction == GNU_NEGATIVE_OFFSET ? -unit : unit, &rule.offset));
	AT(machine->rules.registers, number) = rule;
	return STATUS_OK;
}

static enum status define_cfa(struct machine *machine, uint8_t instruction)
{
	struct frame_rule *cfa = &machine->rules.cfa;
	struct frame_rule rule = *cfa;
	bool keeps_a_part = instruction == DEFINE_CFA_REGISTER || instruction == DEFINE_CFA_OFFSET ||
			    instruction == DEFINE_CFA_OFFSET_SIGNED;
	if (keeps_a_part && rule.kind != FRAME_RULE_REGISTER)
		return diagnosis_set(machine->why, STATUS_MALFORMED,
			"unwind program: instruction %#x before %#zx changes a CFA that is no register and offset",
			instruction, machine->code.at);
	rule.kind = FRAME_RULE_REGISTER;
	if (instruction == DEFINE_CFA || instruction == DEFINE_CFA_SIGNED || instruction == DEFINE_CFA_REGISTER)
		TRY(read_register(machine, instruction, &rule.source));
	bool is_signed = instruction == DEFINE_CFA_SIGNED || instruction == DEFINE_CFA_OFFSET_SIGNED;
	if (instruction != DEFINE_CFA_REGISTER)
		TRY(read_offset(
			machine, instruction, is_signed, is_signed ? machine->entry->data_unit : 1, &rule.offset));
	*cfa = rule;
	return STATUS_OK;
}

// Instructions whose first operand is a register.
static enum status change_register(struct machine *machine, uint8_t instruction)
{
	uint8_t number;
	TRY(read_register(machine, instruction, &number));
	struct frame_rule *rule = &AT(machine->rules.registers, number);
	struct frame_rule source = {.kind = FRAME_RULE_REGISTER};
	switch (instruction) {
	case UNDEFINED:
		*rule = (struct frame_rule){.kind = FRAME_RULE_UNDEFINED};
		return STATUS_OK;
	case SAME_VALUE:
		*rule = (struct frame_rule){.kind = FRAME_RULE_SAME};
		return STATUS_OK;
	case REGISTER:
		TRY(read_register(machine, instruction, &source.source));
		*rule = source;
		return STATUS_OK;
	case RESTORE_EXTENDED:
		return restore(machine, instruction, number);
	case EXPRESSION:
		return read_expression(machine, instruction, FRAME_RULE_EXPRESSION, rule);
	case VALUE_EXPRESSION:
		return read_expression(machine, instruction, FRAME_RULE_VALUE_EXPRESSION, rule);
	default:
		return set_offset_rule(machine, instruction, number);
	}
}

// What compilers write most: instructions with one small operand. False: the one at `*at` must be executed in the long
// way, and nothing has changed.
static inline bool execute_short(struct machine *machine, struct dwarf_reader_octets code, size_t *at)
{
	uint8_t instruction = ITEM(code, *at);
	unsigned operand = instruction & OPERAND_MASK;
	uint64_t distance = operand * machine->entry->code_unit;
	if ((instruction & ~OPERAND_MASK) == ADVANCE && distance <= machine->end - machine->location) {
		machine->location += distance;
		*at += 1;
		return true;
	}
	if (instruction == NOTHING) {
		*at += 1;
		return true;
	}
	uint8_t number = code.count - *at > 1 ? ITEM(code, *at + 1) : SHORT_LIMIT;
	if (number >= SHORT_LIMIT)
		return false;
	if ((instruction & ~OPERAND_MASK) == OFFSET && operand < FRAME_REGISTER_COUNT)
		AT(machine->rules.registers, operand) = (struct frame_rule){
			.kind = FRAME_RULE_OFFSET, .offset = (int32_t)(number * machine->entry->data_unit)};
	else if (instruction == DEFINE_CFA_OFFSET && machine->rules.cfa.kind == FRAME_RULE_REGISTER)
		machine->rules.cfa.offset = number;
	else
		return false;
	*at += 2;
	return true;
}

static enum status execute(struct machine *machine, uint8_t instruction)
{
	int32_t ignored;
	switch (instruction & ~OPERAND_MASK) {
	case ADVANCE:
		return advance(machine, instruction & OPERAND_MASK);
	case OFFSET:
		return set_offset_rule(machine, instruction, instruction & OPERAND_MASK);
	case RESTORE:
		return restore(machine, instruction, instruction & OPERAND_MASK);
	default:
		break;
	}
	switch (instruction) {
	case SET_LOCATION:
		return set_location(machine);
	case ADVANCE_1:
	case ADVANCE_2:
	case ADVANCE_4:
		return advance_by(machine, instruction);
	case REMEMBER_STATE:
		return remember(machine);
	case RESTORE_STATE:
		return recall(machine);
	case DEFINE_CFA:
	case DEFINE_CFA_REGISTER:
	case DEFINE_CFA_OFFSET:
	case DEFINE_CFA_SIGNED:
	case DEFINE_CFA_OFFSET_SIGNED:
		return define_cfa(machine, instruction);
	case DEFINE_CFA_EXPRESSION:
		return read_expression(machine, instruction, FRAME_RULE_VALUE_EXPRESSION, &machine->rules.cfa);
	case OFFSET_EXTENDED:
	case RESTORE_EXTENDED:
	case UNDEFINED:
	case SAME_VALUE:
	case REGISTER:
	case EXPRESSION:
	case OFFSET_EXTENDED_SIGNED:
	case VALUE_OFFSET:
	case VALUE_OFFSET_SIGNED:
	case VALUE_EXPRESSION:
	case GNU_NEGATIVE_OFFSET:
		return change_register(machine, instruction);
	case GNU_ARGUMENTS_SIZE:
		return read_offset(machine, instruction, false, 1, &ignored);
	default:
		return diagnosis_set(machine->why, STATUS_UNSUPPORTED,
			"unwind program: instruction %#x before %#zx is unknown", instruction, machine->code.at);
	}
}

// Runs until the program ends or the rules are for addresses behind the one that is wanted.
static enum status run(struct machine *machine, size_t program, size_t program_bytes)
{
	const struct frame_table *table = &machine->entry->table;
	struct bytes up_to_end;
	if (bytes_slice(table->content, 0, program + program_bytes, &up_to_end))
		return diagnosis_set(machine->why, STATUS_MALFORMED, "unwind program: it ends beyond its table");
	struct dwarf_reader_octets code = {up_to_end.data, up_to_end.size_bytes};
	machine->code = (struct dwarf_reader){.data = up_to_end, .address = table->address, .at = program};
	size_t at = program;
	while (at < code.count && machine->location <= machine->wanted) {
		if (execute_short(machine, code, &at))
			continue;
		machine->code.at = at + 1;
		TRY(execute(machine, ITEM(code, at)));
		at = machine->code.at;
	}
	return STATUS_OK;
}

// The rules at the start of every function that shares the common part.
static enum status run_common(struct machine *machine)
{
	struct frame_common *common = machine->common;
	const struct frame_entry *entry = machine->entry;
	bool is_kept = common->has_rules && common->part.table_address == entry->table.address &&
		       common->part.program == entry->common_program;
	if (!is_kept) {
		TRY(run(machine, entry->common_program, entry->common_program_bytes));
		common->rules = machine->rules;
		common->has_rules = common->part.table_address == entry->table.address &&
				    common->part.program == entry->common_program;
	}
	machine->rules = common->rules;
	machine->initial = &common->rules;
	machine->location = entry->function_start;
	return STATUS_OK;
}

enum status frame_information_row(const struct frame_entry *entry, uint64_t address, struct frame_common *common,
	struct frame_row *row, struct diagnosis *why)
{
	if (address < entry->function_start || address - entry->function_start >= entry->function_size_bytes)
		return diagnosis_set(why, STATUS_BAD_ARGUMENT, "%#llx is not in the function at %#llx",
			(unsigned long long)address, (unsigned long long)entry->function_start);
	struct machine machine = {
		.entry = entry,
		.location = entry->function_start,
		.end = entry->function_start + entry->function_size_bytes,
		.wanted = address,
		.common = common,
		.why = why,
	};
	TRY(run_common(&machine));
	TRY(run(&machine, entry->program, entry->program_bytes));
	if (machine.rules.cfa.kind != FRAME_RULE_REGISTER && machine.rules.cfa.kind != FRAME_RULE_VALUE_EXPRESSION)
		return diagnosis_set(why, STATUS_MALFORMED,
			"unwind program: it does not say where the frame of %#llx is", (unsigned long long)address);
	row->table = entry->table.content;
	row->rules = machine.rules;
	return STATUS_OK;
}
