// What a check found, for people (text), for programs (JSON), for code hosts (SARIF, GitHub's workflow commands).
//
// Context: host only; allocates.
// Source: SARIF 2.1.0 (OASIS); docs.github.com, "Workflow commands".
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "tools/depgraph/finding.h"
#include "tools/depgraph/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

// `format` is text, json, sarif or github; `colour` matters to text alone.
void render_findings(
	FILE *to, const char *format, const struct findings *findings, const struct graph *graph, bool colour);

#ifdef __cplusplus
}
#endif
