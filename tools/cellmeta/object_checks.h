// The rules that every cell's object keeps, whatever its metadata say: no hidden state, one definition per symbol, only
// relocations that the loader applies.
#pragma once

#include "tools/cellmeta/findings.h"
#include "tools/cellmeta/object_file.h"

struct object_checks {
	const struct object_file *object;
	const char *cell;
	const char *const *sources; // paths, to name the one that a symbol comes from
	size_t source_count;
	const char *fallback; // the path to name where no source is known
};

#ifdef __cplusplus
extern "C" {
#endif

// Adds a finding for each broken rule.
void object_checks_run(const struct object_checks *checks, struct findings *findings);

// The path of the source that the symbol comes from, or the fallback.
const char *object_checks_source_of(const struct object_checks *checks, const struct object_symbol *symbol);

#ifdef __cplusplus
}
#endif
