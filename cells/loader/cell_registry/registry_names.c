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

// FNV-1a over words of eight bytes, the last one shorter.
uint64_t registry_hash(struct text name)
{
	uint64_t hash = 0xCBF29CE484222325ULL;
	struct bytes rest = bytes_from(name.start, name.length);
	uint64_t word = 0;
	while (!bytes_read_u64(rest, 0, &word)) {
		hash = (hash ^ word) * 0x100000001B3ULL;
		hash ^= hash >> 32;
		if (bytes_slice(rest, sizeof word, rest.size_bytes - sizeof word, &rest))
			break; // not reached: it was read
	}
	word = rest.size_bytes;
	for (size_t index = 0; index < rest.size_bytes; index++)
		word = word << 8 | bytes_at(rest, index);
	hash = (hash ^ word) * 0x100000001B3ULL;
	return hash ^ hash >> 32;
}

struct loaded_cell *cell_registry_record_named(const struct cell_name_space *name_space, struct text name)
{
	uint64_t key = registry_hash(name);
	const struct tree *tree = name_space ? &name_space->by_name : &names.by_name;
	struct tree_node *node = cell_record_tree_floor(tree, key);
	return node && node->key == key && text_equal(node->cell->name, name) ? node->cell : NULL;
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

enum status cell_name_space_create(
	struct text name, struct cell_name_space *parent, struct cell_name_space **name_space, struct diagnosis *why)
{
	struct cell_name_space *same = NULL;
	if (name.length == 0 || name.length >= NAME_SPACE_NAME_CAPACITY)
		return diagnosis_set(why, STATUS_BAD_ARGUMENT, "the name of a name space has 1 to %u characters",
			(unsigned)NAME_SPACE_NAME_CAPACITY - 1);
	if (!cell_name_space_find(name, &same))
		return diagnosis_set(why, STATUS_EXISTS, "there is a name space %.*s already", TEXT_ARGUMENTS(name));
	OWN(heap_object, memory);
	enum status status = heap_allocate(&memory, sizeof(struct cell_name_space));
	if (status)
		return diagnosis_set(why, status, "no memory for name space %.*s", TEXT_ARGUMENTS(name));
	struct cell_name_space *made = HEAP_AS(struct cell_name_space, &memory);
	status = text_copy(name, made->name, sizeof made->name);
	if (status)
		return status; // not reached: its length was judged
	heap_object_put_in(&made->memory, &memory);
	made->parent = parent;
	if (parent)
		parent->child_count++;
	made->next = names.first;
	names.first = made;
	*name_space = made;
	return STATUS_OK;
}

static struct cell_name_space **link_to(const struct cell_name_space *name_space)
{
	struct cell_name_space **link = &names.first;
	while (*link != name_space)
		link = &(*link)->next;
	return link;
}

enum status cell_name_space_remove(struct cell_name_space *name_space, struct diagnosis *why)
{
	if (!name_space)
		return diagnosis_set(why, STATUS_REFUSED, "the root is always there");
	if (name_space->cell_count > 0 || name_space->child_count > 0)
		return diagnosis_set(why, STATUS_BUSY, "name space %.*s has %u cells and is above %u others",
			TEXT_ARGUMENTS(cell_name_space_name(name_space)), (unsigned)name_space->cell_count,
			(unsigned)name_space->child_count);
	*link_to(name_space) = name_space->next;
	if (name_space->parent)
		name_space->parent->child_count--;
	OWN(heap_object, memory); // holds the name space itself
	heap_object_take_out(&memory, &name_space->memory);
	return STATUS_OK;
}
