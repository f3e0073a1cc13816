// The declared dependencies of a cell against what it really uses.
#pragma once

#include "tools/cellmeta/cell_options.h"
#include "tools/cellmeta/cell_symbols.h"
#include "tools/cellmeta/findings.h"
#include "tools/cellmeta/metadata_blob.h"

#ifdef __cplusplus
extern "C" {
#endif

// Fills the cell's dependencies with how each is used, and adds a finding for: a symbol that no declared dependency
// exports; a dependency of which nothing is used; a header that none of them offers; a symbol that a cell below exports
// too.
void graph_checks_run(const struct cell_options *options, const struct cell_symbols *symbols,
	struct cell_description *cell, struct findings *findings);

#ifdef __cplusplus
}
#endif
