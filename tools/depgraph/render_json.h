// The graph as JSON: what other programs read, and what depgraph reads back (input_json.c).
//
//     {"format": "ariadne-depgraph", "version": 1,
//      "cells": [{"name": "heap", "group": "memory", "class": "checked", "version": "1.0", "origin":
//      "cells.cpio:heap.o",
//                 "code_bytes": 3100, "constant_bytes": 0, "state_bytes": 256, "spilled_bytes": 0,
//                 "dependencies": [{"cell": "log", "kinds": ["link", "declared"]}],
//                 "exports": [{"symbol": "heap_allocate", "kind": "function", "size_bytes": 16, "type_hash":
//                 "f894..."}], "imports": [{"symbol": "log_write", "cell": "log", "type_hash": "dc75..."}], "states":
//                 [{"name": "heap_free_lists", "size_bytes": 256, "type_hash": "..."}]}],
//      "edges": [{"from": "heap", "to": "log", "kinds": ["link", "declared"], "symbols": ["log_write"], "in_cycle":
//      false}]}
//
// Fields whose value is unknown are left out. "edges" follows from the cells; it is there for the reader's comfort and
// is not read back.
//
// Context: host only; allocates.
// Source: RFC 8259.
#pragma once

#include <stdio.h>

#include "tools/depgraph/graph.h"
#include "tools/depgraph/view.h"

#ifdef __cplusplus
extern "C" {
#endif

void render_json(FILE *to, const struct graph *graph, const struct view *view);

// A string with its quotes. Bytes that are not UTF-8 are written as \u00XX.
void render_json_string(FILE *to, const char *text);

#ifdef __cplusplus
}
#endif
