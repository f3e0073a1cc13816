#include "cells/app/command_deps/link_list.h"

void link_list_release(struct link_list *list)
{
	heap_object_drop_in(&list->memory);
	list->count = 0;
}

struct link_slice link_list_items(const struct link_list *list)
{
	heap_object_expect_in(&list->memory);
	size_t size_bytes = heap_object_size_bytes(&list->memory);
	return (struct link_slice){
		.items = heap_object_at(&list->memory, 0, size_bytes, _Alignof(struct link)),
		.count = list->count,
	};
}

static enum status make(struct link_list *out, size_t capacity) PRODUCES_IF(STATUS_OK, out)
{
	OWN(heap_object, memory);
	enum status status = heap_allocate(&memory, (capacity + 1) * sizeof(struct link));
	if (status)
		return status;
	link_list_fill(out, (struct link_list){});
	heap_object_put_in(&out->memory, &memory);
	return STATUS_OK;
}

static int compare(const struct link *a, const struct link *b)
{
	int by_cell = text_compare(a->cell, b->cell);
	return by_cell != 0 ? by_cell : text_compare(a->symbol, b->symbol);
}

// Puts the link in its place, or counts it to one that is there.
static void add(struct link_list *list, struct link link) BORROWS_MUT(list)
{
	struct link_slice links = link_list_items(list);
	links.count++;
	size_t at = list->count;
	while (at > 0 && compare(&ITEM(links, at - 1), &link) > 0)
		at--;
	if (at > 0 && compare(&ITEM(links, at - 1), &link) == 0) {
		ITEM(links, at - 1).relocation_count += link.relocation_count;
		ITEM(links, at - 1).as_recorded = ITEM(links, at - 1).as_recorded && link.as_recorded;
		return;
	}
	for (size_t index = list->count; index > at; index--)
		ITEM(links, index) = ITEM(links, index - 1);
	ITEM(links, at) = link;
	list->count++;
}

enum status link_list_of_needs(struct link_list *out, const struct cell_reference *cell)
{
	struct cell_view view;
	cell_reference_view(cell, &view);
	OWN(link_list, list);
	enum status status = make(&list, view.edge_count);
	if (status)
		return status;
	for (uint32_t index = 0; index < view.edge_count; index++) {
		struct cell_edge_view edge;
		cell_reference_edge(cell, index, &edge);
		if (text_equal(edge.to_cell, view.name) && edge.as_recorded)
			continue; // within the cell
		struct text other = edge.to_cell.length > 0 ? edge.to_cell : TEXT("no cell");
		add(&list,
			(struct link){other, edge.symbol, edge.from_section, edge.relocation_count, edge.as_recorded});
	}
	link_list_move(out, &list);
	return STATUS_OK;
}

static size_t count_users(const struct cell_reference *cell) BORROWS(cell)
{
	struct cell_user_walk walk = {};
	struct cell_edge_view edge;
	size_t count = 0;
	while (!cell_reference_next_user(cell, &walk, &edge))
		count++;
	return count;
}

enum status link_list_of_users(struct link_list *out, const struct cell_reference *cell)
{
	OWN(link_list, list);
	enum status status = make(&list, count_users(cell));
	if (status)
		return status;
	struct cell_user_walk walk = {};
	struct cell_edge_view edge;
	while (!cell_reference_next_user(cell, &walk, &edge))
		add(&list, (struct link){edge.from_cell, edge.symbol, edge.from_section, edge.relocation_count,
				   edge.as_recorded});
	link_list_move(out, &list);
	return STATUS_OK;
}
