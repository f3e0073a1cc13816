#include <stdlib.h>
#include <string.h>

#include "tools/cell_audit/code_graph.h"
#include "tools/cell_audit/code_rules.h"
#include "tools/cell_audit/failure.h"

// cells/base/intralingual/kill_points.h
static const char kill_point_operands[] = "0x2121504b(%rax)";

// One per instruction. Those that cut the graph have no successors.
struct node {
	size_t successors[2];
	size_t successor_count;
	size_t next; // the successor to visit next
	enum { UNSEEN, ON_PATH, DONE } state;
};

static bool cuts(const struct instruction *instruction)
{
	const char *name = instruction->mnemonic;
	const char *operands = instruction->operands;
	if (strcmp(name, "nopl") == 0 && strcmp(operands, kill_point_operands) == 0)
		return true;
	if (strncmp(name, "cmpxchg", 7) == 0)
		return true; // an atomic operation that is tried again
	return strncmp(name, "cmp", 3) == 0 && strstr(operands, "%rsp") != NULL; // the probing of a stack frame
}

static struct node *build_nodes(const struct code_graph *graph, const struct code *code)
{
	struct node *nodes = calloc(code->instruction_count + 1, sizeof *nodes);
	if (!nodes)
		fail(EXIT_BAD_INPUT, "out of memory");
	for (size_t i = 0; i < code->instruction_count; i++) {
		if (!cuts(&code->instructions[i]))
			nodes[i].successor_count = code_graph_successors(graph, code, i, nodes[i].successors);
	}
	return nodes;
}

// Depth first from `start`, without recursion. An edge to a node that is on the path closes a cycle.
static void find_cycles(
	const struct code *code, struct node *nodes, size_t *path, size_t start, struct findings *findings)
{
	size_t depth = 0;
	path[depth++] = start;
	nodes[start].state = ON_PATH;
	while (depth > 0) {
		struct node *node = &nodes[path[depth - 1]];
		if (node->next == node->successor_count) {
			node->state = DONE;
			depth--;
			continue;
		}
		size_t there = node->successors[node->next++];
		if (nodes[there].state == UNSEEN) {
			nodes[there].state = ON_PATH;
			path[depth++] = there;
		} else if (nodes[there].state == ON_PATH) {
			report(findings,
				"the loop at %s has no kill point: a task inside it could not be killed; write it as a "
				"for "
				"or while loop, and compile it as part of a checked cell",
				code_place(code, code->instructions[there].address));
		}
	}
}

// ---- Recursion ----

// A function and those of the object's own that it calls before it has passed a kill point.
struct caller {
	bool *calls; // by number of the function
	size_t next; // the one to visit next
	enum { NOT_SEEN, ON_WAY, SEEN } state;
};

static void find_calls(const struct code_graph *graph, const struct function *function, struct caller *caller)
{
	const struct code *code = function->code;
	const struct instruction *entry = code_at(code, function->address);
	bool *seen = calloc(code->instruction_count + 1, sizeof *seen);
	size_t *stack = calloc(code->instruction_count + 1, sizeof *stack);
	if (!seen || !stack)
		fail(EXIT_BAD_INPUT, "out of memory");
	size_t depth = 0;
	if (entry) {
		stack[depth++] = (size_t)(entry - code->instructions);
		seen[stack[0]] = true;
	}
	while (depth > 0) {
		size_t here = stack[--depth];
		const struct instruction *instruction = &code->instructions[here];
		if (cuts(instruction))
			continue;
		bool calls = strncmp(instruction->mnemonic, "call", 4) == 0;
		bool jumps = instruction->mnemonic[0] == 'j';
		const struct function *callee = calls || jumps ? code_graph_callee(graph, code, instruction) : NULL;
		if (callee && (calls || callee->code != code)) // a jump back in one section was looked at as a loop
			caller->calls[callee - graph->functions] = true;
		size_t to[2];
		size_t count = code_graph_successors(graph, code, here, to);
		for (size_t i = 0; i < count; i++) {
			if (!seen[to[i]])
				stack[depth++] = to[i];
			seen[to[i]] = true;
		}
	}
	free(seen);
	free(stack);
}

// Depth first from function `start`. A call of a function that is on the way is a recursion.
static void find_recursion(
	const struct code_graph *graph, struct caller *callers, size_t *way, size_t start, struct findings *findings)
{
	size_t depth = 0;
	way[depth++] = start;
	callers[start].state = ON_WAY;
	while (depth > 0) {
		struct caller *caller = &callers[way[depth - 1]];
		while (caller->next < graph->function_count && !caller->calls[caller->next])
			caller->next++;
		if (caller->next == graph->function_count) {
			caller->state = SEEN;
			depth--;
			continue;
		}
		size_t callee = caller->next++;
		if (callers[callee].state == NOT_SEEN) {
			callers[callee].state = ON_WAY;
			way[depth++] = callee;
		} else if (callers[callee].state == ON_WAY) {
			report(findings,
				"%s calls itself, by some way, without a kill point: a task inside it could not be "
				"killed; begin it with RECURSES();",
				graph->functions[callee].name);
		}
	}
}

static void check_recursion(const struct code_graph *graph, struct findings *findings)
{
	size_t count = graph->function_count;
	struct caller *callers = calloc(count + 1, sizeof *callers);
	size_t *way = calloc(count + 1, sizeof *way);
	bool *calls = calloc(count * count + 1, sizeof *calls);
	if (!callers || !way || !calls)
		fail(EXIT_BAD_INPUT, "out of memory");
	for (size_t i = 0; i < count; i++) {
		callers[i].calls = &calls[i * count];
		if (strncmp(graph->functions[i].name, "__cfi_", 6) != 0)
			find_calls(graph, &graph->functions[i], &callers[i]);
	}
	for (size_t i = 0; i < count; i++) {
		if (callers[i].state == NOT_SEEN)
			find_recursion(graph, callers, way, i, findings);
	}
	free(callers);
	free(way);
	free(calls);
}

void check_kill_points(const struct disassembly *all, struct findings *findings)
{
	struct code_graph graph = code_graph_of(all);
	for (size_t i = 0; i < all->section_count; i++) {
		const struct code *code = &all->sections[i];
		struct node *nodes = build_nodes(&graph, code);
		size_t *path = calloc(code->instruction_count + 1, sizeof *path);
		if (!path)
			fail(EXIT_BAD_INPUT, "out of memory");
		for (size_t start = 0; start < code->instruction_count; start++) {
			if (nodes[start].state == UNSEEN)
				find_cycles(code, nodes, path, start, findings);
		}
		free(path);
		free(nodes);
	}
	check_recursion(&graph, findings);
	free(graph.functions);
}
