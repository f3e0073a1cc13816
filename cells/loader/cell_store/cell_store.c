#include "cells/loader/cell_store/cell_store.h"

static CELL_STATE_ZERO struct {
	struct store_space root;
	struct store_space *first; // of the others
} spaces;

struct store_space *cell_store_root(void)
{
	return &spaces.root;
}

static struct store_space *space_of(const struct cell_name_space *name_space)
{
	struct store_space *space = spaces.first;
	while (space && space->name_space != name_space)
		space = space->next;
	return space ? space : &spaces.root;
}

enum status cell_store_find_space(struct text name, struct store_space **space, struct diagnosis *why)
{
	struct cell_name_space *found = NULL;
	if (name.length == 0) {
		*space = &spaces.root;
		return STATUS_OK;
	}
	if (cell_name_space_find(name, &found))
		return diagnosis_set(why, STATUS_NOT_FOUND, "there is no name space %.*s", TEXT_ARGUMENTS(name));
	*space = space_of(found);
	return STATUS_OK;
}

static bool has_cell(const struct store_space *space, struct text cell_name)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_own(&cell, space->name_space, cell_name);
	if (!status)
		return true;
	struct symbol_index_cell entry;
	return symbol_index_find_cell(&space->sources.index, cell_name, &entry) == STATUS_OK;
}

struct store_space *cell_store_home(struct store_space *space, struct text cell_name)
{
	while (space->parent && !has_cell(space, cell_name))
		space = space->parent;
	return space;
}

enum status cell_store_open_sources(struct bytes archive, struct cell_sources *sources, struct diagnosis *why)
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

void cell_store_add(struct store_space *space)
{
	space->next = spaces.first;
	spaces.first = space;
}

void cell_store_take(struct store_space *space)
{
	struct store_space **link = &spaces.first;
	while (*link != space)
		link = &(*link)->next;
	*link = space->next;
}

// ---- The root's archive ----

uint32_t cell_store_first_symbol(struct text prefix)
{
	return symbol_index_lower_bound(&spaces.root.sources.index, prefix);
}

enum status cell_store_symbol_name(uint32_t number, struct text *symbol, struct text *cell)
{
	const struct symbol_index *index = &spaces.root.sources.index;
	if (number >= index->symbol_count)
		return STATUS_END;
	struct symbol_index_symbol entry = symbol_index_symbol_at(index, number);
	*symbol = entry.name;
	*cell = symbol_index_cell_at(index, entry.cell).name;
	return STATUS_OK;
}

enum status cell_store_cell_name(uint32_t number, struct text *cell)
{
	const struct symbol_index *index = &spaces.root.sources.index;
	if (number >= index->cell_count)
		return STATUS_END;
	*cell = symbol_index_cell_at(index, number).name;
	return STATUS_OK;
}

enum status cell_store_object(struct text cell_name, struct bytes *object)
{
	struct symbol_index_cell entry;
	if (symbol_index_find_cell(&spaces.root.sources.index, cell_name, &entry))
		return STATUS_NOT_FOUND;
	return cell_archive_object(
		&spaces.root.sources.archive, entry.object_offset, entry.object_size_bytes, object, NULL);
}

enum status cell_store_static_map(struct static_map *map)
{
	if (spaces.root.sources.archive.member_count == 0)
		return STATUS_NOT_FOUND;
	*map = spaces.root.sources.map;
	return STATUS_OK;
}
