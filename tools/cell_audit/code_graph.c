#include "tools/cell_audit/code_graph.h"

#include <stdlib.h>
#include <string.h>

#include "tools/cell_audit/failure.h"

// Functions of other cells that do not return. (Which of an object's own functions do is found out; that the list is
// complete is tested by tests/build/headers_test.sh.)
static const char *const never_return[] = {"panic", "panic_out_of_bounds", "panic_empty_handle", "_Unwind_Resume",
	"abort", "debug_exit", "processor_halt_forever", "power_off", "power_reset", "crash_report_panic",
	"crash_report_exception", "image_replacement_run", "image_replacement_finish", "panic_ledger_is_full",
	"landing_kill_here", "scheduler_exit", "scheduler_idle", "task_start"};

enum { NEVER_RETURN_COUNT = sizeof never_return / sizeof never_return[0] };

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_jump(const struct instruction *instruction)
{
	return instruction->mnemonic[0] == 'j' || starts_with(instruction->mnemonic, "loop");
}

static bool is_return(const struct instruction *instruction)
{
	const char *name = instruction->mnemonic;
	return starts_with(name, "ret") || starts_with(name, "iret") || starts_with(name, "sysret");
}

const struct function *code_graph_callee(
	const struct code_graph *graph, const struct code *code, const struct instruction *instruction)
{
	const char *symbol = instruction->target_symbol;
	uint64_t address = (uint64_t)(instruction->target_addend + 4);
	if (!symbol && !code_target(code, instruction, &address))
		return NULL;
	for (size_t i = 0; i < graph->function_count; i++) {
		const struct function *function = &graph->functions[i];
		if (!symbol && function->code == code && function->address == address)
			return function;
		if (symbol && strcmp(function->code->section, symbol) == 0 && function->address == address)
			return function;
		if (symbol && strcmp(function->name, symbol) == 0 && address == 0)
			return function;
	}
	return NULL;
}

static bool comes_back(const struct code_graph *graph, const struct code *code, const struct instruction *instruction)
{
	const struct function *own = code_graph_callee(graph, code, instruction);
	if (own)
		return own->returns;
	for (size_t i = 0; instruction->target_symbol && i < NEVER_RETURN_COUNT; i++) {
		if (strcmp(instruction->target_symbol, never_return[i]) == 0)
			return false;
	}
	return true;
}

size_t code_graph_successors(const struct code_graph *graph, const struct code *code, size_t index, size_t to[2])
{
	const struct instruction *here = &code->instructions[index];
	size_t count = 0;
	if (is_return(here) || strcmp(here->mnemonic, "ud2") == 0 || strcmp(here->mnemonic, "int3") == 0)
		return 0;
	if (starts_with(here->mnemonic, "call") && !comes_back(graph, code, here))
		return 0;
	if (!starts_with(here->mnemonic, "jmp") && index + 1 < code->instruction_count)
		to[count++] = index + 1;
	uint64_t target;
	if (is_jump(here) && code_target(code, here, &target)) {
		const struct instruction *there = code_at(code, target);
		if (there)
			to[count++] = (size_t)(there - code->instructions);
	}
	return count;
}

// Whether the function can end: by a return, or by a jump to something that can.
static bool can_return(const struct code_graph *graph, const struct function *function, bool *seen, size_t *stack)
{
	const struct code *code = function->code;
	const struct instruction *entry = code_at(code, function->address);
	if (!entry)
		return true; // a label that no instruction follows: nothing is known of it
	memset(seen, 0, code->instruction_count * sizeof *seen);
	size_t depth = 0;
	stack[depth++] = (size_t)(entry - code->instructions);
	seen[stack[0]] = true;
	while (depth > 0) {
		size_t here = stack[--depth];
		const struct instruction *instruction = &code->instructions[here];
		size_t to[2];
		size_t count = code_graph_successors(graph, code, here, to);
		bool leaves = is_jump(instruction) && count < (starts_with(instruction->mnemonic, "jmp") ? 1u : 2u);
		if (is_return(instruction) || (leaves && comes_back(graph, code, instruction)))
			return true;
		for (size_t i = 0; i < count; i++) {
			if (!seen[to[i]])
				stack[depth++] = to[i];
			seen[to[i]] = true;
		}
	}
	return false;
}

struct code_graph code_graph_of(const struct disassembly *all)
{
	struct code_graph graph = {.all = all};
	size_t longest = 1;
	for (size_t i = 0; i < all->section_count; i++) {
		graph.function_count += all->sections[i].label_count;
		if (all->sections[i].instruction_count > longest)
			longest = all->sections[i].instruction_count;
	}
	graph.functions = calloc(graph.function_count + 1, sizeof *graph.functions);
	bool *seen = calloc(longest, sizeof *seen);
	size_t *stack = calloc(longest, sizeof *stack);
	if (!graph.functions || !seen || !stack)
		fail(EXIT_BAD_INPUT, "out of memory");
	size_t next = 0;
	for (size_t i = 0; i < all->section_count; i++) {
		const struct code *code = &all->sections[i];
		for (size_t j = 0; j < code->label_count; j++)
			graph.functions[next++] = (struct function){
				.code = code, .address = code->labels[j].address, .name = code->labels[j].name};
	}

	// Nobody is known to return at first; each round finds those that do because others do.
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t i = 0; i < graph.function_count; i++) {
			struct function *function = &graph.functions[i];
			if (!function->returns && can_return(&graph, function, seen, stack)) {
				function->returns = true;
				changed = true;
			}
		}
	}
	free(seen);
	free(stack);
	return graph;
}
