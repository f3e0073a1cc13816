// The links between one cell and others, read from memory and put together by cell and symbol.
#pragma once

#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/memory/heap/heap.h"

struct link {
	struct text cell; // the other one
	struct text symbol;
	struct text section; // of the cell that is bound
	uint32_t relocation_count;
	bool as_recorded;
};
SLICE_TYPE(link_slice, struct link);

struct link_list;
INTERNAL void link_list_release(struct link_list *list);
HANDLE(link_list)
{
	struct heap_object memory;
	size_t count;
};
HANDLE_FUNCTIONS(link_list)

// Sorted by cell, then by symbol. STATUS_NO_MEMORY: the heap is full.
INTERNAL MUST_USE enum status link_list_of_needs(struct link_list *out, const struct cell_reference *cell)
	PRODUCES_IF(STATUS_OK, out) BORROWS(cell);
INTERNAL MUST_USE enum status link_list_of_users(struct link_list *out, const struct cell_reference *cell)
	PRODUCES_IF(STATUS_OK, out) BORROWS(cell);

INTERNAL struct link_slice link_list_items(const struct link_list *list) BORROWS(list);
