// The instructions of an object, as llvm-objdump prints them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct instruction {
	uint64_t address;    // in its section
	char *mnemonic;      // AT&T
	char *operands;      // "" if there are none
	char *target_symbol; // what a relocation inside the instruction refers to; null if there is none
	int64_t target_addend;
};

// A symbol in a section of code.
struct label {
	uint64_t address;
	char *name;
};

// One section of code. All of it is one graph: labels only name places.
struct code {
	char *section;
	struct instruction *instructions;
	size_t instruction_count;
	struct label *labels;
	size_t label_count;
};

struct disassembly {
	struct code *sections;
	size_t section_count;
};

// Runs `objdump` on the object and reads what it prints. Ends the program with a message if that fails.
struct disassembly disassemble(const char *objdump, const char *object);

void disassembly_free(struct disassembly *all);

// The instruction at `address`, or null: in the middle of another one, or beyond the end.
const struct instruction *code_at(const struct code *code, uint64_t address);

// Where a place is, for a message: "name+0x12", kept until the next call.
const char *code_place(const struct code *code, uint64_t address);

// The address that a direct jump or call goes to, if that is in the same section.
bool code_target(const struct code *code, const struct instruction *instruction, uint64_t *address);
