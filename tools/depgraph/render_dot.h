// The graph as a picture: DOT, and through Graphviz's `dot` program SVG and PNG.
//
// Groups are clusters, cells are boxes (heavy: core, dashed: foreign), the thickness of an edge grows with the number
// of symbols, which is its label and its tooltip. Red is wrong: an edge of a cycle.
//
// Context: host only; starts `dot` as a child.
// Source: the DOT language, graphviz.org/doc/info/lang.html.
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "tools/depgraph/finding.h"
#include "tools/depgraph/graph.h"
#include "tools/depgraph/rules.h"
#include "tools/depgraph/view.h"

#ifdef __cplusplus
extern "C" {
#endif

// Writes the cells and edges that `view` shows. `rules` (may be null) gives the order of the groups.
void render_dot(FILE *to, const struct graph *graph, const struct view *view, const struct rules *rules);

// A name of DOT's, in quotes.
void render_dot_string(FILE *to, const char *text);

// The same as a Mermaid flowchart, which code hosts draw inside Markdown.
// Source: mermaid.js.org/syntax/flowchart.html.
void render_mermaid(FILE *to, const struct graph *graph, const struct view *view, const struct rules *rules);

// Runs `dot -T<format>` on `source` and writes what it gives to `to`. False: `why` says what failed.
bool render_image(const char *source, size_t source_bytes, const char *format, FILE *to, char *why, size_t why_bytes);

#ifdef __cplusplus
}
#endif
