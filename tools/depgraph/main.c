// depgraph: see, question and check the graph of cells.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/depgraph/verb.h"

const struct verb verbs[] = {
	{"list", "INPUT...", "a table of the cells, the edges or the symbols",
		"One record a line, columns parted by blanks, for grep, sort and awk.\n"
		"USES and USED count the cells that a cell depends on and that depend on it; CODE, CONST and STATE "
		"are\n"
		"bytes as loaded.\n\n"
		"    depgraph list cells.cpio\n"
		"    depgraph list --edges cells.cpio | awk '$2 == \"heap\"'      who uses heap, and what of it\n"
		"    depgraph list --symbols cells.cpio | awk '$6 == 0'         exports that nobody uses\n",
		TAKES_OUTPUT | TAKES_LISTS | TAKES_KINDS, "text", 1, -1, verb_list},
	{"draw", "INPUT...", "a picture of the graph, or of the part that matters",
		"Groups are frames; a heavy box is a core cell, a dashed one foreign; the number on an edge says how "
		"many\n"
		"symbols it has, its tooltip which (SVG). Solid: a symbol is bound; dashed: types only; dotted: "
		"nothing\n"
		"but the header; grey: declared and unused; red: part of a cycle. SVG and PNG need Graphviz "
		"(`dot`).\n\n"
		"    depgraph draw cells.cpio > cells.dot\n"
		"    depgraph draw -o cells.svg --rules tools/depgraph/ariadne.rules cells.cpio\n"
		"    depgraph draw -o heap.svg --focus heap --depth 2 cells.cpio     the neighbourhood of one cell\n"
		"    depgraph draw -o app.svg --from group:app --reduce --without compiler_support cells.cpio\n"
		"    depgraph draw -o groups.svg --collapse '*' cells.cpio           one box a group\n"
		"    depgraph draw -o cycles.svg --only-cycles cells.cpio\n",
		TAKES_OUTPUT | TAKES_FORMAT | TAKES_RULES | TAKES_VIEW | TAKES_KINDS, "dot|svg|png", 1, -1, verb_draw},
	{"check", "INPUT...", "cycles, broken rules, symbols and types that do not fit",
		"Always: cycles (of every set of cells that depend on each other one shortest cycle, in order, with "
		"the\n"
		"symbols of each edge, and what to cut), two cells of one name, two exporters of one symbol, symbols "
		"that\n"
		"nobody exports, type hashes that differ, undeclared and unused dependencies, undeclared state.\n"
		"With --rules: the rules of the project, each broken one with its reason; the syntax is explained at "
		"the\n"
		"top of tools/depgraph/ariadne.rules. Exit status 2 for a cycle, else 1 for anything else.\n\n"
		"    depgraph check cells.cpio\n"
		"    depgraph check --rules tools/depgraph/ariadne.rules ariadne.iso\n"
		"    depgraph check --partial heap.o frame_allocator.o\n"
		"    depgraph check --kinds link cells.cpio                          cycles of symbols alone\n",
		TAKES_OUTPUT | TAKES_RULES | TAKES_KINDS | TAKES_PARTIAL, "text", 1, -1, verb_check},
	{},
};

// Under `bazel run` the program starts in its runfiles; the user's relative paths count from where bazel was called.
static int enter_callers_directory(void)
{
	const char *directory = getenv("BUILD_WORKING_DIRECTORY");
	if (!directory || !*directory || chdir(directory) == 0)
		return EXIT_GOOD;
	fprintf(stderr, "depgraph: %s: %s\n", directory, strerror(errno));
	return EXIT_BAD_INPUT;
}

int main(int count, char **arguments)
{
	struct options options;
	int status;
	if (!options_parse(count, arguments, &options, &status)) {
		options_free(&options);
		return status;
	}
	status = enter_callers_directory();
	if (status == EXIT_GOOD)
		status = options.verb->run(&options);
	options_free(&options);
	return status;
}
