// What the page shows: cells in groups, arrows between them, and where everything stands.
//
// A page is made from a view of a graph, or from the difference of two graphs; from then on it refers to neither. It is
// laid out here, at build time: the browser only stacks the groups, as some of them are folded and some are open.
//
// Context: host only; allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/depgraph/difference.h"
#include "tools/depgraph/graph.h"
#include "tools/depgraph/rules.h"
#include "tools/depgraph/strings.h"
#include "tools/depgraph/view.h"

#ifdef __cplusplus
extern "C" {
#endif

// Lengths are in the page's own unit, a CSS pixel at zoom 1.
struct page_cell {
	uint32_t name; // in page.strings
	uint32_t group;
	enum graph_class cell_class;
	uint64_t code_bytes, constant_bytes, state_bytes;
	uint32_t first_export, export_count; // in page.symbols
	enum change change;
	bool interface_changed, state_changed, size_changed;
	bool focus;           // what was asked for
	uint32_t x, y, width; // within its open group
};

struct page_edge {
	uint32_t from, to;
	uint32_t kinds;
	bool in_cycle;
	bool replaced; // a longer way leads there too
	enum change change;
	uint32_t first_symbol, symbol_count; // in page.symbols: what both graphs have, then
	uint32_t added_count, removed_count; // what came, and what went
	uint32_t pointers;                   // in page.strings: what is kept at run time; 0: nothing
};

struct page_group {
	uint32_t name;
	uint32_t layer; // by the rules' order; GRAPH_NONE: in none
	uint32_t band;  // from the top; groups of one band stand side by side
	bool open;      // at first
	uint32_t width, height;
};

struct page_cycle {
	uint32_t first, count; // in page.cycle_cells, in order
	uint32_t component_size;
	bool at_run_time; // closed by run-time pointers alone, so nothing is wrong
};

struct page {
	struct strings strings;
	struct page_cell *cells; // by name
	size_t cell_count, cell_capacity;
	struct page_edge *edges; // by (from, to)
	size_t edge_count, edge_capacity;
	struct page_group *groups; // by name
	size_t group_count, group_capacity;
	uint32_t *symbols; // in page.strings
	size_t symbol_count, symbol_capacity;
	struct page_cycle *cycles;
	size_t cycle_count, cycle_capacity;
	uint32_t *cycle_cells;
	size_t cycle_cell_count, cycle_cell_capacity;
	bool is_difference;
};

// What `view` shows. `rules` (may be null) give the order of the groups.
void page_from_view(struct page *page, const struct graph *graph, const struct view *view, const struct rules *rules);

// Both graphs in one, each cell and edge with its change.
void page_from_difference(
	struct page *page, const struct difference *difference, uint32_t kinds, const struct rules *rules);

void page_free(struct page *page);

// Parts of the making, in this order.

// Begins with no cell. Each cell is then added in the order of names, each edge in any order.
void page_init(struct page *page);
struct page_cell *page_add_cell(struct page *page, const struct graph *graph, uint32_t cell);
struct page_edge *page_add_edge(struct page *page, const struct graph *graph, const struct graph_edge *edge,
	uint32_t from, uint32_t to, uint32_t kinds);
void page_add_symbol(struct page *page, const char *name);

// Sorts the edges, marks those that a longer way replaces, and lays out.
void page_finish(struct page *page, const struct rules *rules);

// One shortest cycle of each component whose cells are all on the page. `page_cell` is by cell of the graph, with
// GRAPH_NONE for those that are not. `at_run_time`: only those that a run-time pointer closes.
void page_add_cycles(
	struct page *page, const struct graph *graph, uint32_t kinds, bool at_run_time, const uint32_t *page_cell);

// Gives each group its band and size, each cell its place. Equal pages are laid out equally.
// Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system structures", IEEE
// Trans. Syst. Man Cybern. 11(2), 1981 (layers by longest path, order by barycentres).
void page_layout(struct page *page);

#ifdef __cplusplus
}
#endif
