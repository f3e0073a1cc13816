// Holds two views of the same cells against each other: declared, embedded, live.
//
// A graph out of BUILD files knows what is declared; one out of objects knows that, what is linked and what each
// section is bound to; one out of a running system knows the last two, of the cells that are loaded. What both know
// must be equal. Where the one knows only what is declared and the other only what is linked, each link must be
// declared.
//
// The one thing left out: a cell that is linked into nano_core may lie in memory without what unwinding needs
// (.eh_frame, .gcc_except_table), so what only these use is not bound.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "tools/depgraph/graph.h"
#include "tools/depgraph/places.h"

#ifdef __cplusplus
extern "C" {
#endif

struct comparison {
	const struct graph *graphs[2];
	const char *names[2];
	struct places *places[2]; // to tell lines
	bool partial;             // cells that only one of the two has are no difference, and neither are their edges
};

// Tells each difference in a line of its own, then a last line with what was compared. Returns how many there are.
size_t comparison_tell(FILE *to, const struct comparison *comparison);

#ifdef __cplusplus
}
#endif
