// The graph as JSON: what other programs read, and what depgraph reads back (input_json.c).
//
//     {"format": "ariadne-depgraph", "version": 1, "view": "embedded",
//      "cells": [
//       {"name": "heap", "group": "memory", "class": "checked", "version": "1.0", "origin": "cells.cpio:heap.o",
//        "code_bytes": 3100, "constant_bytes": 0, "state_bytes": 256, "spilled_bytes": 0,
//        "lines": 310, "raw_operations": 4, "references": 0, "build_id": "0f3a...",
//        "dependencies": [{"cell": "log", "kinds": ["link", "declared"]}],
//        "exports": [{"symbol": "heap_allocate", "kind": "function", "size_bytes": 16, "type_hash": "f894..."}],
//        "imports": [{"symbol": "log_write", "cell": "log", "type_hash": "dc75..."}],
//        "states": [{"name": "heap_free_lists", "size_bytes": 256, "type_hash": "..."}],
//        "sections": [{"name": ".text.heap_allocate", "kind": "text", "size_bytes": 210, "address": "ffff..."}],
//        "bindings": [{"from": ".text.heap_allocate", "cell": "log", "symbol": "log_write", "places": 2},
//                     {"from": ".text.heap_allocate", "section": ".bss.cell_state", "places": 5}]}],
//      "edges": [{"from": "heap", "to": "log", "kinds": ["link", "declared"], "symbols": ["log_write"],
//                 "in_cycle": false}]}
//
// "view" is embedded (objects), declared (BUILD files) or live (a running system). Lines and raw operations are of the
// source, references and addresses of a running system; sections and bindings (relocations, counted by what they lead
// to) are written if they were asked for. A binding with "strays" leads elsewhere than the running system's record
// says. Fields whose value is unknown are left out. "edges" follows from the cells; it is there for the reader's
// comfort and is not read back.
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
