// What must hold of every graph of cells, whatever the rules file says.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>

#include "tools/depgraph/finding.h"
#include "tools/depgraph/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

struct check_options {
	uint32_t kinds;        // of edges, for cycles
	bool notes;            // cycles that only run-time pointers close are told too
	bool partial;          // the graph is a part of the image: what its cells need may be missing
	bool unused_exports;   // an export that no cell uses is a finding
	struct places *places; // to show where a symbol is used
};

// "cycle": one finding for each strongly connected component of two or more cells. "run-time-cycle": a note for each
// that only run-time pointers make one: nothing is wrong, but a swap or an unload has to go round it.
void check_cycles(const struct graph *graph, const struct check_options *options, struct findings *findings);

// "duplicate-cell", "duplicate-export", "unbound-import", "missing-cell", "type-hash", "undeclared",
// "unused-dependency" and "state-spill"; "unused-export" if it is asked for.
void check_integrity(const struct graph *graph, const struct check_options *options, struct findings *findings);

#ifdef __cplusplus
}
#endif
