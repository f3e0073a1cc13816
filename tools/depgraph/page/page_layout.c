#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"
#include "tools/depgraph/page/page.h"

// Sizes that the style sheet and layout.js of the page share.
enum {
	CHARACTER_TENTHS = 73, // width of a character, in tenths
	NAME_CHARACTERS = 34,  // longer names are cut
	CELL_PADDING = 18,
	CELL_HEIGHT = 26,
	CELL_GAP = 14,
	ROW_GAP = 26,
	LEAST_ROW = 900, // a row is not broken before this width
	SWEEPS = 6,
	PLACE_UNIT = 1 << 16, // places within a row, as fractions
};

// A small directed graph: the arrows of node n lead to to[first[n] .. first[n + 1]).
struct digraph {
	uint32_t count;
	uint32_t *first, *to;
};

static void digraph_free(struct digraph *g)
{
	free(g->first);
	free(g->to);
}

struct arrow {
	uint32_t from, to, weight;
};

static int compare_arrows(const void *a, const void *b)
{
	const struct arrow *left = a, *right = b;
	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return (left->to > right->to) - (left->to < right->to);
}

// Sorts the arrows and adds equal ones up. Returns how many are left.
static size_t merge_arrows(struct arrow *arrows, size_t count)
{
	size_t kept = 0;
	if (count)
		qsort(arrows, count, sizeof *arrows, compare_arrows);
	for (size_t i = 0; i < count; i++)
		if (kept && compare_arrows(&arrows[kept - 1], &arrows[i]) == 0)
			arrows[kept - 1].weight += arrows[i].weight;
		else
			arrows[kept++] = arrows[i];
	return kept;
}

// From sorted arrows.
static void digraph_make(struct digraph *g, uint32_t count, const struct arrow *arrows, size_t arrow_count)
{
	*g = (struct digraph){count, ARRAY_NEW(uint32_t, count + 1), ARRAY_NEW(uint32_t, arrow_count)};
	for (size_t i = 0; i < arrow_count; i++) {
		g->first[arrows[i].from + 1]++;
		g->to[i] = arrows[i].to;
	}
	for (uint32_t n = 0; n < count; n++)
		g->first[n + 1] += g->first[n];
}

enum visit { UNSEEN, ON_PATH, DONE };

// Depth first from every node in turn. Leaves the nodes in `order`, each after all that it leads to; an arrow back to a
// node of the path, which closes a circle, is marked in `back`.
static void walk(const struct digraph *g, uint32_t *order, bool *back)
{
	unsigned char *state = ARRAY_NEW(unsigned char, g->count);
	uint32_t *path = ARRAY_NEW(uint32_t, g->count), *next = ARRAY_NEW(uint32_t, g->count);
	uint32_t done = 0;
	memcpy(next, g->first, g->count * sizeof *next);
	for (uint32_t start = 0; start < g->count; start++) {
		uint32_t depth = 0;
		if (state[start] == UNSEEN) {
			path[depth++] = start;
			state[start] = ON_PATH;
		}
		while (depth) {
			uint32_t node = path[depth - 1];
			if (next[node] == g->first[node + 1]) {
				state[node] = DONE;
				order[done++] = node;
				depth--;
				continue;
			}
			uint32_t arrow = next[node]++, target = g->to[arrow];
			back[arrow] = state[target] == ON_PATH;
			if (state[target] == UNSEEN) {
				path[depth++] = target;
				state[target] = ON_PATH;
			}
		}
	}
	free(state);
	free(path);
	free(next);
}

// The rank of each node: the longest way to it, circles cut open.
static void rank_nodes(const struct digraph *g, uint32_t *rank)
{
	uint32_t *order = ARRAY_NEW(uint32_t, g->count);
	bool *back = ARRAY_NEW(bool, g->first[g->count]);
	walk(g, order, back);
	for (uint32_t i = g->count; i-- > 0;) {
		uint32_t node = order[i];
		for (uint32_t a = g->first[node]; a < g->first[node + 1]; a++)
			if (!back[a] && rank[g->to[a]] <= rank[node])
				rank[g->to[a]] = rank[node] + 1;
	}
	free(order);
	free(back);
}

// Of the arrows between two groups, both ways, the heavier count: a cell in the wrong group does not turn the picture
// around.
static size_t keep_heavier(struct arrow *arrows, size_t count)
{
	struct arrow *all = ARRAY_NEW(struct arrow, count);
	memcpy(all, arrows, count * sizeof *all);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct arrow turned = {all[i].to, all[i].from, 0};
		const struct arrow *other = bsearch(&turned, all, count, sizeof *all, compare_arrows);
		if (!other || other->weight < all[i].weight ||
			(other->weight == all[i].weight && all[i].from < all[i].to))
			arrows[kept++] = all[i];
	}
	free(all);
	return kept;
}

// Groups of a layer have a band each; the others stand above them, ranked by who uses whom.
static void place_groups(struct page *page)
{
	struct arrow *arrows = ARRAY_NEW(struct arrow, page->edge_count);
	size_t count = 0;
	for (size_t e = 0; e < page->edge_count; e++) {
		uint32_t from = page->cells[page->edges[e].from].group, to = page->cells[page->edges[e].to].group;
		if (from != to && page->groups[from].layer == GRAPH_NONE && page->groups[to].layer == GRAPH_NONE)
			arrows[count++] = (struct arrow){from, to, 1};
	}
	count = merge_arrows(arrows, count);
	if (count)
		count = keep_heavier(arrows, count);
	struct digraph g;
	uint32_t *rank = ARRAY_NEW(uint32_t, page->group_count);
	digraph_make(&g, (uint32_t)page->group_count, arrows, count);
	rank_nodes(&g, rank);
	uint32_t band = 0; // the first below those of no layer, which come first
	for (uint32_t i = 0; i < page->group_count; i++) {
		struct page_group *group = &page->groups[i];
		if (group->layer == GRAPH_NONE) {
			group->band = rank[i];
			band = rank[i] + 1 > band ? rank[i] + 1 : band;
		} else {
			group->band = band++;
		}
	}
	digraph_free(&g);
	free(arrows);
	free(rank);
}

// The cells of one group while they are laid out; `cells` are sorted by name.
struct block {
	struct page *page;
	struct page_group *group;
	const uint32_t *cells;
	uint32_t count;
	struct digraph uses, used; // by place in `cells`
	uint32_t *rank;
	uint32_t *order; // by rank, and within it from left to right
	uint32_t *place; // within its rank, 0 .. PLACE_UNIT
	uint32_t *wish;
};

static uint32_t rank_end(const struct block *b, uint32_t start)
{
	uint32_t end = start;
	while (end < b->count && b->rank[b->order[end]] == b->rank[b->order[start]])
		end++;
	return end;
}

static void set_places(struct block *b)
{
	for (uint32_t start = 0, end; start < b->count; start = end) {
		end = rank_end(b, start);
		for (uint32_t i = start; i < end; i++)
			b->place[b->order[i]] = (2 * (i - start) + 1) * (PLACE_UNIT / 2) / (end - start);
	}
}

// The barycentre of what a node leads to in `g`; its own place if that is nothing.
static uint32_t barycentre(const struct block *b, const struct digraph *g, uint32_t node)
{
	uint64_t sum = 0;
	uint32_t count = g->first[node + 1] - g->first[node];
	for (uint32_t a = g->first[node]; a < g->first[node + 1]; a++)
		sum += b->place[g->to[a]];
	return count ? (uint32_t)(sum / count) : b->place[node];
}

static int compare_wishes(const void *a, const void *b, void *context)
{
	const struct block *block = context;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	if (block->rank[left] != block->rank[right])
		return block->rank[left] < block->rank[right] ? -1 : 1;
	if (block->wish[left] != block->wish[right])
		return block->wish[left] < block->wish[right] ? -1 : 1;
	return (left > right) - (left < right);
}

static void order_cells(struct block *b)
{
	for (uint32_t i = 0; i < b->count; i++)
		b->order[i] = i;
	for (int sweep = 0; sweep <= SWEEPS; sweep++) {
		for (uint32_t i = 0; sweep && i < b->count; i++)
			b->wish[i] = barycentre(b, sweep % 2 ? &b->used : &b->uses, i);
		qsort_r(b->order, b->count, sizeof *b->order, compare_wishes, b);
		set_places(b);
	}
}

static uint32_t isqrt(uint64_t number)
{
	uint64_t root = 0;
	while ((root + 1) * (root + 1) <= number)
		root++;
	return (uint32_t)root;
}

// Puts order[start .. end) side by side at height y; returns their width.
static uint32_t lay_row(struct block *b, uint32_t start, uint32_t end, uint32_t y)
{
	uint32_t x = 0;
	for (uint32_t i = start; i < end; i++) {
		struct page_cell *cell = &b->page->cells[b->cells[b->order[i]]];
		cell->x = x;
		cell->y = y;
		x += cell->width + CELL_GAP;
	}
	return x - CELL_GAP;
}

static void centre_rows(struct block *b)
{
	uint32_t *width =
		ARRAY_NEW(uint32_t, b->group->height / CELL_HEIGHT + 1); // by height: no two rows are that near
	for (uint32_t i = 0; i < b->count; i++) {
		const struct page_cell *cell = &b->page->cells[b->cells[i]];
		uint32_t end = cell->x + cell->width, *row = &width[cell->y / CELL_HEIGHT];
		*row = end > *row ? end : *row;
	}
	for (uint32_t i = 0; i < b->count; i++) {
		struct page_cell *cell = &b->page->cells[b->cells[i]];
		cell->x += (b->group->width - width[cell->y / CELL_HEIGHT]) / 2;
	}
	free(width);
}

// Rows of the ranks. A rank that is much wider than the group would be high is broken into several.
static void lay_rows(struct block *b)
{
	uint64_t area = 0;
	for (uint32_t i = 0; i < b->count; i++)
		area += (b->page->cells[b->cells[i]].width + CELL_GAP) * (CELL_HEIGHT + ROW_GAP);
	uint32_t most = isqrt(area * 5);
	most = most < LEAST_ROW ? LEAST_ROW : most;
	uint32_t y = 0;
	for (uint32_t start = 0, end; start < b->count; start = end) {
		uint32_t rank_stop = rank_end(b, start), width = 0;
		for (end = start; end < rank_stop; end++) {
			uint32_t next = b->page->cells[b->cells[b->order[end]]].width;
			if (end > start && width + next > most)
				break;
			width += next + CELL_GAP;
		}
		width = lay_row(b, start, end, y);
		b->group->width = width > b->group->width ? width : b->group->width;
		b->group->height = y + CELL_HEIGHT;
		y += CELL_HEIGHT + ROW_GAP;
	}
	centre_rows(b);
}

static void lay_block(struct block *b)
{
	b->rank = ARRAY_NEW(uint32_t, b->count);
	b->order = ARRAY_NEW(uint32_t, b->count);
	b->place = ARRAY_NEW(uint32_t, b->count);
	b->wish = ARRAY_NEW(uint32_t, b->count);
	rank_nodes(&b->uses, b->rank);
	order_cells(b);
	lay_rows(b);
	free(b->rank);
	free(b->order);
	free(b->place);
	free(b->wish);
}

static size_t characters(const char *text)
{
	size_t count = 0;
	for (; *text; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

static void measure_cells(struct page *page)
{
	for (size_t c = 0; c < page->cell_count; c++) {
		size_t length = characters(strings_get(&page->strings, page->cells[c].name));
		length = length > NAME_CHARACTERS ? NAME_CHARACTERS : length;
		length += page->cells[c].change ? 2 : 0; // its sign
		page->cells[c].width = (uint32_t)(length * CHARACTER_TENTHS + 9) / 10 + CELL_PADDING;
	}
}

// The cells by group and the edges by cell, so that each group is laid out without a look at the others.
struct members {
	uint32_t *cells, *first_cell; // the cells of group g: cells[first_cell[g] .. first_cell[g + 1])
	uint32_t *first_edge;         // by cell
	uint32_t *place;              // of each cell in its group
};

static void find_members(const struct page *page, struct members *m)
{
	*m = (struct members){ARRAY_NEW(uint32_t, page->cell_count), ARRAY_NEW(uint32_t, page->group_count + 1),
		ARRAY_NEW(uint32_t, page->cell_count + 1), ARRAY_NEW(uint32_t, page->cell_count)};
	for (size_t c = 0; c < page->cell_count; c++)
		m->place[c] = m->first_cell[page->cells[c].group + 1]++;
	for (size_t g = 0; g < page->group_count; g++)
		m->first_cell[g + 1] += m->first_cell[g];
	for (uint32_t c = 0; c < page->cell_count; c++)
		m->cells[m->first_cell[page->cells[c].group] + m->place[c]] = c;
	for (size_t e = 0; e < page->edge_count; e++)
		m->first_edge[page->edges[e].from + 1]++;
	for (size_t c = 0; c < page->cell_count; c++)
		m->first_edge[c + 1] += m->first_edge[c];
}

// The arrows within group g, from user to used, or turned.
static void inner_digraph(
	const struct page *page, const struct members *m, uint32_t g, bool turned, struct digraph *inner)
{
	struct arrow *arrows = NULL;
	size_t count = 0, capacity = 0;
	for (uint32_t i = m->first_cell[g]; i < m->first_cell[g + 1]; i++)
		for (uint32_t e = m->first_edge[m->cells[i]]; e < m->first_edge[m->cells[i] + 1]; e++) {
			const struct page_edge *edge = &page->edges[e];
			uint32_t from = m->place[edge->from], to = m->place[edge->to];
			if (page->cells[edge->to].group == g)
				*ARRAY_ADD(arrows, count, capacity) =
					turned ? (struct arrow){to, from, 1} : (struct arrow){from, to, 1};
		}
	count = merge_arrows(arrows, count);
	digraph_make(inner, m->first_cell[g + 1] - m->first_cell[g], arrows, count);
	free(arrows);
}

void page_layout(struct page *page)
{
	struct members m;
	measure_cells(page);
	place_groups(page);
	find_members(page, &m);
	for (uint32_t g = 0; g < page->group_count; g++) {
		struct block block = {.page = page,
			.group = &page->groups[g],
			.cells = m.cells + m.first_cell[g],
			.count = m.first_cell[g + 1] - m.first_cell[g]};
		inner_digraph(page, &m, g, false, &block.uses);
		inner_digraph(page, &m, g, true, &block.used);
		lay_block(&block);
		digraph_free(&block.uses);
		digraph_free(&block.used);
	}
	free(m.cells);
	free(m.first_cell);
	free(m.first_edge);
	free(m.place);
}
