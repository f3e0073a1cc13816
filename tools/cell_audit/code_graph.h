// Where control goes after each instruction.
#pragma once

#include "tools/cell_audit/disassembly.h"

struct code_graph {
	const struct disassembly *all;
	struct function *functions; // what labels name, in all sections
	size_t function_count;
};

struct function {
	const struct code *code;
	uint64_t address;
	const char *name;
	bool returns;
};

// Finds out which functions of the object return, so that what the compiler put behind a call to one that does not is
// not taken for what follows the call.
struct code_graph code_graph_of(const struct disassembly *all);

// The successors of instruction `index` of `code`, as indices in the same section: none, one or two; how many.
size_t code_graph_successors(const struct code_graph *graph, const struct code *code, size_t index, size_t to[2]);

// The object's own function that a call or jump goes to, or null: another cell's, or an unknown one.
const struct function *code_graph_callee(
	const struct code_graph *graph, const struct code *code, const struct instruction *instruction);
