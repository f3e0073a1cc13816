// A difference for people: Markdown for a review, DOT with the delta on one layout.
//
// Only what changed and its nearest surroundings are drawn: two whole pictures side by side help nobody.
//
// Context: host only; allocates.
#pragma once

#include <stdio.h>

#include "tools/depgraph/difference.h"

#ifdef __cplusplus
extern "C" {
#endif

void render_diff_markdown(FILE *to, const struct difference *difference);

// Added is green, removed red and dashed, changed orange.
void render_diff_dot(FILE *to, const struct difference *difference);

#ifdef __cplusplus
}
#endif
