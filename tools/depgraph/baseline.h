// A baseline: findings that are known, so that a check can be switched on before everything is clean.
//
// One finding a line, `CHECK SUBJECT`; '#' begins a comment. A line that is true no longer is a finding of its own
// ("stale-baseline"): a baseline only shrinks.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "tools/depgraph/finding.h"

#ifdef __cplusplus
extern "C" {
#endif

// Takes the findings that `text` (the file's contents) names out of the list and appends one for each stale line. The
// name `file` is borrowed by the findings.
void baseline_apply(const char *file, const char *text, struct findings *findings);

// Writes the list as a baseline.
void baseline_write(FILE *to, const struct findings *findings);

#ifdef __cplusplus
}
#endif
