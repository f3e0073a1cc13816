// One cell from inside: its sections, what each needs of the others and of other cells. Sections are the unit of bounds
// and of dependency; the arrows are relocations.
//
// What is there for unwinding (.eh_frame, .gcc_except_table) is left out: it belongs to every function.
//
// Context: host only; allocates.
#pragma once

#include <stdio.h>

#include "tools/depgraph/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

void render_sections_dot(FILE *to, const struct graph *graph, uint32_t cell);
void render_sections_mermaid(FILE *to, const struct graph *graph, uint32_t cell);

#ifdef __cplusplus
}
#endif
