// The table of the verbs, with the help of each.
#include "tools/depgraph/verb.h"

const struct verb verbs[] = {
	{"list", "INPUT...", "a table of the cells, the edges or the symbols",
		"One record a line, columns parted by blanks, for grep, sort and awk.\n"
		"USES and USED count the cells that a cell depends on and that depend on it; CODE, CONST and STATE "
		"are\n"
		"bytes as loaded.\n\n"
		"    depgraph list cells.cpio\n"
		"    depgraph list --edges cells.cpio | awk '$2 == \"heap\"'      who uses heap, and what of it\n"
		"    depgraph list --symbols cells.cpio | awk '$6 == 0'         exports that nobody uses\n"
		"    depgraph list --sections cells.cpio | grep '^heap '         what each section is bound to, how "
		"often\n"
		"    depgraph list -o graph.json cells.cpio                     everything, to be read by programs and "
		"again\n",
		TAKES_OUTPUT | TAKES_FORMAT | TAKES_LISTS | TAKES_KINDS | TAKES_SECTIONS | SHOWS_POINTERS, "text|json",
		1, -1, verb_list},
	{"draw", "INPUT...", "a picture of the graph, or of the part that matters",
		"Groups are frames; a heavy box is a core cell, a dashed one foreign; the number on an edge says how "
		"many\n"
		"symbols it has, its tooltip which (SVG). Solid: a symbol is bound; dashed: types only; dotted: "
		"nothing\n"
		"but the header; grey: declared and unused; orange: used and undeclared; red: part of a "
		"cycle;\n"
		"teal: a pointer that a running system keeps.\n"
		"SVG and PNG need Graphviz (`dot`).\n\n"
		"    depgraph draw cells.cpio > cells.dot\n"
		"    depgraph draw -o cells.svg --rules tools/depgraph/ariadne.rules cells.cpio\n"
		"    depgraph draw -o heap.svg --focus heap --depth 2 cells.cpio     the neighbourhood of one cell\n"
		"    depgraph draw -o app.svg --from group:app --reduce --without compiler_support cells.cpio\n"
		"    depgraph draw -o groups.svg --collapse '*' cells.cpio           one box a group\n"
		"    depgraph draw -o cycles.svg --only-cycles cells.cpio\n"
		"    depgraph draw -o heap.svg --sections --focus heap cells.cpio    one cell from inside\n"
		"    depgraph draw -o cells.html cells.cpio                          a page to search, fold and ask in "
		"a browser\n",
		TAKES_OUTPUT | TAKES_FORMAT | TAKES_RULES | TAKES_VIEW | TAKES_KINDS | TAKES_SECTIONS | SHOWS_POINTERS,
		"dot|svg|png|json|mermaid|html", 1, -1, verb_draw},
	{"check", "INPUT...", "cycles, broken rules, symbols and types that do not fit",
		"Always: cycles (of every set of cells that depend on each other one shortest cycle, in order, with "
		"the\n"
		"symbols of each edge, and what to cut), two cells of one name, two exporters of one symbol, symbols "
		"that\n"
		"nobody exports, type hashes that differ, undeclared and unused dependencies, undeclared state. With\n"
		"--unused-exports (or the rule `used` for some cells): exports that nobody uses. Circles that only "
		"run-time\n"
		"pointers of a running system close are told as notes, and are nothing wrong.\n"
		"With --rules: the rules of the project, each broken one with its reason; the syntax is explained at "
		"the\n"
		"top of tools/depgraph/ariadne.rules. Exit status 2 for a cycle, else 1 for anything else.\n\n"
		"    depgraph check cells.cpio\n"
		"    depgraph check --rules tools/depgraph/ariadne.rules ariadne.iso\n"
		"    depgraph check --partial heap.o frame_allocator.o\n"
		"    depgraph check --kinds link cells.cpio                          cycles of symbols alone\n"
		"    depgraph check --source . cells.cpio                            with the line of each symbol of a "
		"cycle\n"
		"    depgraph check --write-baseline known.txt cells.cpio; depgraph check --baseline known.txt "
		"cells.cpio\n"
		"    depgraph check -o findings.sarif cells.cpio                     for a code host\n",
		TAKES_OUTPUT | TAKES_FORMAT | TAKES_RULES | TAKES_KINDS | TAKES_PARTIAL | TAKES_BASELINE |
			TAKES_SOURCE | TAKES_DEBUG | TAKES_UNUSED,
		"text|json|sarif|github", 1, -1, verb_check},
	{"why", "A B INPUT...", "why one cell depends on another: all shortest ways, with their symbols",
		"Exit status 1 if A does not depend on B at all.\n\n"
		"    depgraph why shell page_table cells.cpio\n"
		"    depgraph why --kinds link shell page_table cells.cpio           by symbols alone\n",
		TAKES_OUTPUT | TAKES_KINDS | SHOWS_POINTERS, "text", 3, -1, verb_why},
	{"path", "A B INPUT...", "all that lies between two cells, and where every way must pass",
		"A cell that every way passes is the place to cut A off from B. Exit status 1 if A does not depend on "
		"B.\n"
		"`draw --from A --to B` shows the same as a picture.\n\n"
		"    depgraph path shell page_table cells.cpio\n"
		"    depgraph path --kinds link shell page_table cells.cpio\n",
		TAKES_OUTPUT | TAKES_KINDS | SHOWS_POINTERS, "text", 3, -1, verb_path},
	{"impact", "CELL|SYMBOL INPUT...", "who is affected by a change, and which tests to run",
		"Who uses it directly is rebuilt, and is swapped together with it when its interface changes; cells of "
		"a\n"
		"circle always come together. With --since, git says which files changed: of a cell whose own header "
		"did\n"
		"not, only the cell itself is swapped. A change of behaviour can reach everybody further away.\n\n"
		"    depgraph impact heap cells.cpio\n"
		"    depgraph impact heap_allocate cells.cpio                        one symbol\n"
		"    depgraph impact --since main cells.cpio                         what git says has changed\n"
		"    bazel test $(depgraph impact heap cells.cpio | sed -n 's,^  //,//,p')\n",
		TAKES_OUTPUT | TAKES_KINDS | TAKES_SINCE, "text", 1, -1, verb_impact},
	{"order", "INPUT...", "the order of loading, and what can be loaded side by side",
		"One line a level: its cells need only the levels before it. Cells of a circle are joined by '+'; the "
		"exit\n"
		"status is then 2.\n\n"
		"    depgraph order --kinds link cells.cpio\n",
		TAKES_OUTPUT | TAKES_KINDS, "text", 1, -1, verb_order},
	{"unused", "INPUT...", "cells, dependencies and exports that nobody uses",
		"Lines `cell NAME`, `dependency FROM TO` (declared, not used) and `export CELL SYMBOL BYTES`. Commands "
		"and\n"
		"other entry points are looked up by name at run time, so they are listed too.\n\n"
		"    depgraph unused cells.cpio | grep ^export\n",
		TAKES_OUTPUT, "text", 1, -1, verb_unused},
	{"metrics", "INPUT...", "how each cell stands in the graph: fan-in, fan-out, instability, depth, size",
		"INSTABILITY is USES / (USES + USED) (R. Martin): a cell should depend on cells that are more stable "
		"than\n"
		"itself. BELOW and ABOVE count cells directly or indirectly. The last line sums up, with the share of "
		"core\n"
		"cells. With --counts also the lines of code and the raw operations of each, as the build counted "
		"them; with\n"
		"--source they are counted in the source at hand (RAW, RAW_POINTER, assembly).\n\n"
		"    depgraph metrics cells.cpio | sort -k4 -n -r | head             what everybody leans on\n"
		"    bazel build //:counts; depgraph metrics --counts bazel-bin/counts.txt cells.cpio\n",
		TAKES_OUTPUT | TAKES_KINDS | TAKES_SOURCE | TAKES_COUNTS, "text", 1, -1, verb_metrics},
	{"stats", "INPUT...", "the whole graph in a few lines", "    depgraph stats cells.cpio\n",
		TAKES_OUTPUT | TAKES_KINDS, "text", 1, -1, verb_stats},
	{"diff", "BEFORE AFTER", "what changed between two graphs",
		"Cells (interface, state, size) and dependencies (kinds, symbols) that were added, removed or changed. "
		"Exit\n"
		"status 1 if there is a difference. Any two inputs can be compared; save one with `list -o "
		"graph.json`.\n\n"
		"    depgraph diff old.json cells.cpio\n"
		"    depgraph diff --format markdown old.json cells.cpio             for a review\n"
		"    depgraph diff -o delta.svg old.json cells.cpio                  one picture with the delta\n"
		"    depgraph diff -o delta.html old.json cells.cpio                 a page of both, what changed in "
		"colour\n",
		TAKES_OUTPUT | TAKES_FORMAT | TAKES_KINDS | SHOWS_POINTERS, "text|markdown|md|dot|svg|png|html", 2, 2,
		verb_diff},
	{"compare", "A B [C...]", "whether all views of the same cells agree: declared, embedded, live",
		"A graph out of BUILD files (rule depgraph_declared) knows what is declared; one out of objects that, "
		"what\n"
		"is linked, and what each section is bound to; one out of a running system the last two, recomputed "
		"from\n"
		"its memory. What both know must be equal, and each link declared; exit status 1 if it is not. Cells "
		"that\n"
		"a running system has not loaded are no difference; with --partial, none that only one of the two "
		"has.\n\n"
		"    depgraph compare bazel-bin/declared.json cells.cpio\n"
		"    depgraph compare bazel-bin/declared.json cells.cpio live:unix:/tmp/ariadne\n"
		"    depgraph compare --source . cells.cpio live.json                with the lines of the source\n",
		TAKES_OUTPUT | TAKES_PARTIAL | TAKES_SOURCE | TAKES_DEBUG, "text", 2, -1, verb_compare},
	{"explain", "SYMBOL INPUT...", "one symbol: its prototype, layouts, type hash, exporter and users",
		"Prototype and layouts (each member's offset and size) come from the debug information that the build "
		"puts\n"
		"aside: in IMAGE.debug/ beside the archive or the ISO, or where --debug says. It must be of the same "
		"build.\n\n"
		"    depgraph explain heap_allocate cells.cpio\n"
		"    depgraph explain --debug heap.debug heap_allocate heap.o\n",
		TAKES_OUTPUT | TAKES_DEBUG, "text", 2, -1, verb_explain},
	{"manual", "", "this help as a page for man", "    depgraph manual > depgraph.1; man ./depgraph.1\n",
		TAKES_OUTPUT, "text", 0, 0, verb_manual},
	{"completion", "[bash|zsh|fish]", "completion of verbs, options, values and cells for a shell",
		"Put one of these where your shell looks when it starts:\n\n"
		"    source <(depgraph completion)                                    ~/.bashrc\n"
		"    source <(depgraph completion zsh)                                ~/.zshrc, after compinit\n"
		"    depgraph completion fish | source                                ~/.config/fish/config.fish\n",
		TAKES_OUTPUT, "text", 0, 1, verb_completion},
	{},
};
