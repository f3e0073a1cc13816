// What a picture shows, before a format is chosen: boxes in groups, and arrows between boxes.
//
// A box is a cell or a whole folded group; an arrow is one edge, or several that folding put side by side.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/depgraph/graph.h"
#include "tools/depgraph/rules.h"
#include "tools/depgraph/view.h"

#ifdef __cplusplus
extern "C" {
#endif

struct arrow {
	uint32_t from, to; // boxes
	uint32_t kinds;
	uint32_t symbols;
	bool in_cycle;
	bool undeclared;               // used, and not written down by the author
	const struct graph_edge *edge; // the only one, or null
	uint32_t edge_count;
};

// Borrows the graph and the view.
struct picture {
	const struct graph *graph;
	const struct view *view;
	const struct rules *rules; // may be null
	uint32_t *groups;          // string numbers; in the order of the rules, lowest first, then by name
	size_t group_count, group_capacity;
	uint32_t *box_cells;  // by box: how many cells it stands for
	struct arrow *arrows; // sorted by (from, to)
	size_t arrow_count;
};

void picture_make(
	struct picture *picture, const struct graph *graph, const struct view *view, const struct rules *rules);
void picture_free(struct picture *picture);

// The text inside the box: a cell's name or a group's.
const char *picture_box_name(const struct picture *picture, uint32_t box);

// Whether cell `c` stands for a box of group number `group` (a string) of this picture.
bool picture_is_box(const struct picture *picture, uint32_t c, uint32_t group);

// What an arrow is made of, in words; free with free().
char *picture_arrow_text(const struct picture *picture, const struct arrow *arrow);

#ifdef __cplusplus
}
#endif
