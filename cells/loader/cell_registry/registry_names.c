// Name spaces: which cell a name means.
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_registry/registry_internal.h"

static CELL_STATE_ZERO struct {
	struct tree by_name; // of the root
	uint32_t cell_count;
	struct cell_name_space *first;
} names;

static struct tree *tree_of(struct cell_name_space *name_space)
{
	return name_space ? &name_space->by_name : &names.by_name;
}

// FNV-1a over the length and words of eight bytes. The last word overlaps the one before, or is shorter.
uint64_t registry_hash(struct text name)
{
	struct bytes bytes = bytes_from(name.start, name.length);
	uint64_t hash = 0xCBF29CE484222325ULL ^ name.length;
	uint64_t word = 0;
	for (size_t at = 0; !bytes_read_u64(bytes, at, &word); at += sizeof word) {
		hash = (hash ^ word) * 0x100000001B3ULL;
		hash ^= hash >> 32;
	}
	if (bytes_read_u64(bytes, name.length - sizeof word, &word))
		(void)bytes_read(bytes, 0, &word, name.length); // shorter than a word, which is still zero
	hash = (hash ^ word) * 0x100000001B3ULL;
	return hash ^ hash >> 32;
}

struct loaded_cell *registry_record_keyed(const struct cell_name_space *name_space, uint64_t key, struct text name)
{
	const struct tree *tree = name_space ? &name_space->by_name : &names.by_name;
	struct tree_node *node = cell_record_tree_floor(tree, key);
	return node && node->key == key && text_equal(node->cell->name, name) ? node->cell : NULL;
}

struct loaded_cell *cell_registry_record_named(const struct cell_name_space *name_space, struct text name)
{
	return registry_record_keyed(name_space, registry_hash(name), name);
}

struct loaded_cell *registry_resolve(const struct cell_name_space *name_space, struct text name)
{
	for (; name_space; name_space = name_space->parent) {
		struct loaded_cell *cell = cell_registry_record_named(name_space, name);
		if (cell)
			return cell;
	}
	return cell_registry_record_named(NULL, name);
}

enum status registry_check_name(const struct loaded_cell *cell, struct diagnosis *why)
{
	const struct tree_node *same = cell_record_tree_floor(tree_of(cell->name_space), cell->by_name.key);
	if (same && same->key == cell->by_name.key)
		return diagnosis_set(why, STATUS_EXISTS, "cells %.*s and %.*s: a name is taken, or both have one hash",
			TEXT_ARGUMENTS(cell->name), TEXT_ARGUMENTS(same->cell->name));
	return STATUS_OK;
}

static uint32_t *count_of(struct cell_name_space *name_space)
{
	return name_space ? &name_space->cell_count : &names.cell_count;
}

void cell_registry_insert_name(struct loaded_cell *cell)
{
	cell_record_tree_insert(tree_of(cell->name_space), &cell->by_name);
	++*count_of(cell->name_space);
}

void cell_registry_remove_name(struct loaded_cell *cell)
{
	cell_record_tree_remove(tree_of(cell->name_space), &cell->by_name);
	--*count_of(cell->name_space);
}

// ---- The name spaces themselves ----

struct text cell_name_space_name(const struct cell_name_space *name_space)
{
	return name_space ? text_from_array(name_space->name, sizeof name_space->name) : TEXT("");
}

struct cell_name_space *cell_name_space_parent(const struct cell_name_space *name_space)
{
	return name_space ? name_space->parent : NULL;
}

uint32_t cell_name_space_cell_count(const struct cell_name_space *name_space)
{
	return name_space ? name_space->cell_count : names.cell_count;
}

struct cell_name_space *cell_name_space_next(const struct cell_name_space *before)
{
	return before ? before->next : names.first;
}

enum status cell_name_space_find(struct text name, struct cell_name_space **name_space)
{
	struct cell_name_space *found = names.first;
	while (found && !text_equal(cell_name_space_name(found), name))
		found = found->next;
	if (!found && name.length > 0)
		return STATUS_NOT_FOUND;
	*name_space = found;
	return STATUS_OK;
}

void cell_registry_add_name_space(struct cell_name_space *name_space)
{
	GUARD(registry_lock());
	if (name_space->parent)
		name_space->parent->child_count++;
	name_space->next = names.first;
	names.first = name_space;
}

void cell_registry_take_name_space(struct cell_name_space *name_space)
{
	GUARD(registry_lock());
	struct cell_name_space **link = &names.first;
	while (*link != name_space)
		link = &(*link)->next;
	*link = name_space->next;
	if (name_space->parent)
		name_space->parent->child_count--;
}
