// What a check found: one record for each broken rule, ready to be printed in any format.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/depgraph/graph.h"
#include "tools/depgraph/places.h"

#ifdef __cplusplus
extern "C" {
#endif

struct finding {
	const char *check;  // what was checked, a stable word: "cycle", "order", "forbid", "type-hash", ...
	char *subject;      // what it is about, stable across runs: "heap -> log", "heap"; the baseline's key
	char *message;      // one line that stands by itself
	char *details;      // further lines, each ended by a line feed; may be empty
	const char *reason; // why the rule exists; null for the built-in checks
	const char *file;   // where the rule stands, or the file that is wrong; null: nowhere
	unsigned line;      // in `file`, from 1; 0: none
	char *source;       // "FILE:LINE" of the source that is wrong; null: unknown
	uint32_t from, to;  // cells of the edge, or GRAPH_NONE
	uint32_t symbol;    // what it is about, a string's number, or 0
	bool cycle;         // makes the exit status 2 in place of 1
	bool note;          // worth to know, and nothing wrong: leaves the exit status as it is
};

struct findings {
	struct finding *items;
	size_t count, capacity;
};

// Appends a finding. `check` must outlive the list; the subject is formatted from the rest and kept.
__attribute__((format(printf, 3, 4))) struct finding *findings_add(
	struct findings *findings, const char *check, const char *subject, ...);

// Sets the message of a finding; the details are set by the caller from memory that free() takes.
__attribute__((format(printf, 2, 3))) void finding_say(struct finding *finding, const char *message, ...);

// Fills in `source` of all, as far as `places` knows.
void findings_locate(struct findings *findings, struct places *places);

void findings_free(struct findings *findings);

// The symbols of an edge, comma-separated, at most `limit` (0: all), then " and 7 more", and its run-time pointers; "no
// symbol" for none of these.
// Free with free().
char *edge_symbols_text(const struct graph *graph, const struct graph_edge *edge, size_t limit);

// The run-time pointers of an edge, each as "pointer 'HOLDER' to SYMBOL", comma-separated. Free with free().
char *edge_pointers_text(const struct graph *graph, const struct graph_edge *edge);

#ifdef __cplusplus
}
#endif
