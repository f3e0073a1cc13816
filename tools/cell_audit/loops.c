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
	free(graph.functions);
}
