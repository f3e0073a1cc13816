// How to leave a function from any of its instructions: the unwind tables that the compiler writes (.eh_frame), read
// without trust.
//
// A *table* is the .eh_frame of one cell. It consists of *entries*, one for each function, each with what it shares
// with others. An entry's *row* says, for one instruction, where the caller's registers are: a *rule* for each.
//
//     frame_information_entry(table, offset, &entry)   which function, and where its call sites are described
//     frame_information_row(&entry, address, &row)     the rules at that instruction
//     stack_walk_step(&row, …)                         the caller's registers (cells/unwind/stack_walk)
//
// Everything is bounded: a program of rules is run once from front to end, and remembers at most
// FRAME_REMEMBERED_MAX rows. Registers have DWARF's numbers.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: Linux Standard Base Core 5.0, section 10.6 (.eh_frame); DWARF 5, section 6.4 (call frame information);
// x86-64 psABI 1.0, section 3.6 (register numbers).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"

enum frame_register {
	FRAME_RAX,
	FRAME_RDX,
	FRAME_RCX,
	FRAME_RBX,
	FRAME_RSI,
	FRAME_RDI,
	FRAME_RBP,
	FRAME_RSP,
	FRAME_R8,
	FRAME_R9,
	FRAME_R10,
	FRAME_R11,
	FRAME_R12,
	FRAME_R13,
	FRAME_R14,
	FRAME_R15,
	FRAME_RIP, // the return address
	FRAME_REGISTER_COUNT,
};

enum { FRAME_REMEMBERED_MAX = 4 };

// Where a register's value in the caller is. CFA: the stack pointer before the call.
enum frame_rule_kind {
	FRAME_RULE_SAME,             // unchanged
	FRAME_RULE_UNDEFINED,        // lost; for the return address: there is no caller
	FRAME_RULE_OFFSET,           // in memory at CFA + offset
	FRAME_RULE_VALUE_OFFSET,     // it is CFA + offset
	FRAME_RULE_REGISTER,         // in register `source`; for the CFA itself: that plus offset
	FRAME_RULE_EXPRESSION,       // in memory at what the expression gives
	FRAME_RULE_VALUE_EXPRESSION, // it is what the expression gives; for the CFA, too
};

struct frame_rule {
	uint8_t kind;
	uint8_t source;            // for FRAME_RULE_REGISTER
	uint16_t expression_bytes; // of an expression,
	int32_t offset;            // which begins there in the table
};

struct frame_rules {
	struct frame_rule cfa;
	struct frame_rule registers[FRAME_REGISTER_COUNT];
};

struct frame_row {
	struct bytes table; // the expressions are in it
	struct frame_rules rules;
};

struct frame_table {
	struct bytes content; // of .eh_frame
	uint64_t address;     // where it lies in the running system
};

struct frame_entry {
	struct frame_table table;
	uint64_t function_start;
	uint64_t function_size_bytes;
	uint64_t call_sites; // address of the function's table in .gcc_except_table; 0: no clean-ups
	uint64_t code_unit;  // what the program counts code and
	int64_t data_unit;   // data in
	uint8_t encoding;    // of addresses in the program
	bool is_interrupt;   // the frame is where something was interrupted: its address is exact, no return address
	size_t common_program, common_program_bytes; // places in the table: the rules at the function's start,
	size_t program, program_bytes;               // and what changes on the way through it
};

// What an entry shares with others.
struct frame_common_part {
	uint64_t table_address;
	size_t offset;
	bool has_augmentation;
	bool is_interrupt;
	uint8_t encoding;
	uint8_t call_sites_encoding;
	uint64_t code_unit;
	int64_t data_unit;
	size_t program, program_bytes;
};

// The common part that was read last: neighbours mostly share the same one, so that it need not be read again for each.
// Begins as {}.
struct frame_common {
	bool is_known;
	bool has_rules; // the part's program was run
	struct frame_common_part part;
	struct frame_rules rules;                            // what it left
	struct frame_rules remembered[FRAME_REMEMBERED_MAX]; // room for frame_information_row to work in
};

#ifdef __cplusplus
extern "C" {
#endif

// Reads the entry of one function, at `offset` of the table. `common` is kept from one call to the next.
// STATUS_MALFORMED: it breaks the format. STATUS_UNSUPPORTED: a variant that no cell of this system has.
MUST_USE enum status frame_information_entry(const struct frame_table *table, size_t offset,
	struct frame_common *common, struct frame_entry *entry, struct diagnosis *why);

// Reads the next entry of a function at or behind `*cursor`, which begins as 0; `*offset` is where it begins.
// STATUS_END: there is none. STATUS_MALFORMED, STATUS_UNSUPPORTED: as above; the walk cannot go on.
MUST_USE enum status frame_information_next(const struct frame_table *table, size_t *cursor,
	struct frame_common *common, size_t *offset, struct frame_entry *entry, struct diagnosis *why);

// The rules at the instruction at `address`, which lies in the entry's function. As above.
MUST_USE enum status frame_information_row(const struct frame_entry *entry, uint64_t address,
	struct frame_common *common, struct frame_row *row, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
