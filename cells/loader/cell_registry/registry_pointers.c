// Run-time pointers into cells, and the other reasons why a cell must stay.
#include "cells/base/format/format.h"
#include "cells/loader/cell_memory/cell_memory.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_registry/registry_internal.h"

static bool holds(const struct loaded_cell *cell, const void *address)
{
	uint32_t section = 0;
	return cell_registry_record_at(cell_memory_address(address), &section) == cell;
}

// Most pointers lead nowhere near: two comparisons settle that.
static bool may_hold(const struct loaded_cell *cell, const void *address)
{
	for (size_t range = 0; range < cell->ranges.count; range++) {
		const struct tree_node *node = &ITEM(cell->ranges, range);
		if (cell_memory_address(address) - node->key < node->size_bytes)
			return true;
	}
	return false;
}

const struct cell_pointer *cell_registry_next_pointer(const struct loaded_cell *cell, const struct cell_pointer *before)
{
	const struct cell_pointer *pointer = cell_pointer_next(before);
	while (pointer && (!may_hold(cell, cell_pointer_target(pointer)) || !holds(cell, cell_pointer_target(pointer))))
		pointer = cell_pointer_next(pointer);
	return pointer;
}

void registry_forget_pointers_in(const struct loaded_cell *cell)
{
	struct cell_pointer *pointer = cell_pointer_next(NULL);
	while (pointer) {
		struct cell_pointer *next = cell_pointer_next(pointer);
		if (may_hold(cell, pointer) || may_hold(cell, cell_pointer_place(pointer)))
			cell_pointer_set(pointer, NULL, "");
		pointer = next;
	}
}

// ---- Who is in the way ----

// Names, as many as fit.
struct name_list {
	char characters[160];
	size_t length;
};

static void add_name(struct name_list *list, struct text name)
{
	char part[CELL_METADATA_NAME_LIMIT + 4];
	size_t length = format_text(part, sizeof part, "%s%.*s", list->length ? ", " : "", TEXT_ARGUMENTS(name));
	if (length >= sizeof part || length >= sizeof list->characters - list->length)
		return;
	for (size_t at = 0; at < length; at++)
		AT(list->characters, list->length + at) = AT(part, at);
	list->length += length;
}

static bool is_bound_to(const struct loaded_cell *user, const struct loaded_cell *cell)
{
	for (uint32_t edge = 0; edge < user->edge_count; edge++) {
		if (ITEM(user->edges, edge).to.cell == cell->number)
			return true;
	}
	return false;
}

static void list_users(const struct loaded_cell *cell, struct name_list *list)
{
	for (uint32_t number = 0; number < cell_record_number_limit(); number++) {
		const struct loaded_cell *user = cell_record_numbered(number);
		if (user && user != cell && is_bound_to(user, cell))
			add_name(list, user->name);
	}
}

bool registry_has_users(const struct loaded_cell *cell)
{
	for (uint32_t section = 0; section < cell->sections.count; section++) {
		uint32_t link = ITEM(cell->sections, section).first_user;
		while (link) {
			struct loaded_cell *user = NULL;
			const struct edge_record *edge = cell_record_edge_of(link, &user);
			if (user != cell)
				return true;
			link = edge->next_user;
		}
	}
	return false;
}

// A pointer of the cell's own, to itself, goes with it.
static const struct cell_pointer *next_foreign_pointer(
	const struct loaded_cell *cell, const struct cell_pointer *before)
{
	const struct cell_pointer *pointer = cell_registry_next_pointer(cell, before);
	while (pointer && may_hold(cell, cell_pointer_place(pointer)))
		pointer = cell_registry_next_pointer(cell, pointer);
	return pointer;
}

enum status registry_check_unused(const struct loaded_cell *cell, struct diagnosis *why)
{
	struct name_list list = {};
	if (registry_has_users(cell)) {
		list_users(cell, &list);
		return diagnosis_set(why, STATUS_BUSY, "cell %.*s is in use by %.*s", TEXT_ARGUMENTS(cell->name),
			(int)list.length, list.characters);
	}
	const struct cell_pointer *pointer = next_foreign_pointer(cell, NULL);
	for (; pointer; pointer = next_foreign_pointer(cell, pointer))
		add_name(&list, text_from_array(pointer->holder, sizeof pointer->holder));
	if (list.length > 0)
		return diagnosis_set(why, STATUS_BUSY, "cell %.*s is held by %.*s", TEXT_ARGUMENTS(cell->name),
			(int)list.length, list.characters);
	if (cell->reference_count != 0)
		return diagnosis_set(why, STATUS_BUSY, "cell %.*s is held by %u references", TEXT_ARGUMENTS(cell->name),
			(unsigned)cell->reference_count);
	return STATUS_OK;
}
