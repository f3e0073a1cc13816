// Name spaces: where cells come from, and where they go.
#include "cells/loader/cell_loader/loader_internal.h"

static CELL_STATE_ZERO struct {
	struct loader_space root;
	struct loader_space *first; // of the others
} spaces;

struct loader_space *loader_root(void)
{
	return &spaces.root;
}

struct loader_space *loader_space_of(const struct cell_name_space *name_space)
{
	struct loader_space *space = spaces.first;
	while (space && space->name_space != name_space)
		space = space->next;
	return space ? space : &spaces.root;
}

enum status cell_loader_find_space(struct text name, struct loader_space **space, struct diagnosis *why)
{
	struct cell_name_space *found = NULL;
	if (name.length == 0) {
		*space = &spaces.root;
		return STATUS_OK;
	}
	if (cell_name_space_find(name, &found))
		return diagnosis_set(why, STATUS_NOT_FOUND, "there is no name space %.*s", TEXT_ARGUMENTS(name));
	*space = loader_space_of(found);
	return STATUS_OK;
}

static bool has_cell(const struct loader_space *space, struct text cell_name)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_own(&cell, space->name_space, cell_name);
	if (!status)
		return true;
	struct symbol_index_cell entry;
	return symbol_index_find_cell(&space->sources.index, cell_name, &entry) == STATUS_OK;
}

struct loader_space *loader_home(struct loader_space *space, struct text cell_name)
{
	while (space->parent && !has_cell(space, cell_name))
		space = space->parent;
	return space;
}

enum status cell_loader_open_sources(struct bytes archive, struct loader_sources *sources, struct diagnosis *why)
{
	TRY(cell_archive_open(archive, &sources->archive, why));
	struct cell_archive_member member;
	if (cell_archive_find(&sources->archive, TEXT(CELL_ARCHIVE_INDEX_MEMBER), &member))
		return diagnosis_set(why, STATUS_NOT_FOUND, "the archive has no " CELL_ARCHIVE_INDEX_MEMBER);
	TRY(symbol_index_open(member.data, &sources->index, why));
	if (cell_archive_find(&sources->archive, TEXT(CELL_ARCHIVE_MAP_MEMBER), &member))
		return diagnosis_set(why, STATUS_NOT_FOUND, "the archive has no " CELL_ARCHIVE_MAP_MEMBER);
	return static_map_open(member.data, &sources->map, why);
}

void cell_loader_add_space(struct loader_space *space)
{
	space->next = spaces.first;
	spaces.first = space;
}

void cell_loader_take_space(struct loader_space *space)
{
	struct loader_space **link = &spaces.first;
	while (*link != space)
		link = &(*link)->next;
	*link = space->next;
}
