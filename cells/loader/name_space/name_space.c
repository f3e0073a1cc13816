#include "cells/loader/name_space/name_space.h"

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_store/cell_store.h"

// ---- In the registry ----

static enum status create(
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
	cell_registry_add_name_space(made);
	*name_space = made;
	return STATUS_OK;
}

static enum status remove(struct cell_name_space *name_space, struct diagnosis *why)
{
	if (name_space->cell_count > 0 || name_space->child_count > 0)
		return diagnosis_set(why, STATUS_BUSY, "name space %.*s has %u cells and is above %u others",
			TEXT_ARGUMENTS(cell_name_space_name(name_space)), (unsigned)name_space->cell_count,
			(unsigned)name_space->child_count);
	cell_registry_take_name_space(name_space);
	OWN(heap_object, memory); // holds the name space itself
	heap_object_take_out(&memory, &name_space->memory);
	return STATUS_OK;
}

// ---- In the loader ----

static enum status open_space(struct store_space *space, struct text name, struct diagnosis *why)
{
	if (mapped_pages_is_empty(&space->archive)) {
		space->sources = space->parent->sources;
	} else {
		mapped_pages_expect_in(&space->archive);
		TRY(cell_store_open_sources(mapped_pages_bytes(&space->archive), &space->sources, why));
	}
	return create(name, space->parent->name_space, &space->name_space, why);
}

static void free_space(struct store_space *space)
{
	mapped_pages_drop_in(&space->archive);
	OWN(heap_object, memory); // holds the space itself
	heap_object_take_out(&memory, &space->memory);
}

enum status name_space_open(
	struct text name, struct text parent, struct mapped_pages *archive, unsigned flags, struct diagnosis *why)
{
	struct store_space *above = NULL;
	TRY(cell_store_find_space(parent, &above, why));
	OWN(heap_object, memory);
	enum status status = heap_allocate(&memory, sizeof(struct store_space));
	if (status)
		return diagnosis_set(why, status, "no memory for name space %.*s", TEXT_ARGUMENTS(name));
	struct store_space *space = HEAP_AS(struct store_space, &memory);
	heap_object_put_in(&space->memory, &memory);
	if (archive && !mapped_pages_is_empty(archive)) {
		OWN(mapped_pages, pages);
		mapped_pages_take_out(&pages, archive);
		mapped_pages_put_in(&space->archive, &pages);
	}
	space->parent = above;
	space->adopts_state = (flags & NAME_SPACE_ADOPT_STATE) != 0;
	status = open_space(space, name, why);
	if (status) {
		free_space(space);
		return status;
	}
	cell_store_add(space);
	return STATUS_OK;
}

// The newest cell of the name space.
static enum status newest_in(const struct cell_name_space *name_space, struct text *name)
{
	for (uint32_t age = 0;; age++) {
		OWN(cell_reference, cell);
		enum status status = cell_registry_newest(&cell, age);
		if (status)
			return STATUS_END;
		if (cell_reference_name_space(&cell) != name_space)
			continue;
		*name = cell_reference_name(&cell);
		return STATUS_OK;
	}
}

static enum status remove_all(const struct store_space *space, struct diagnosis *why)
{
	struct text name;
	while (!newest_in(space->name_space, &name))
		TRY(cell_loader_remove(space->name_space, name, why));
	return STATUS_OK;
}

enum status name_space_close(struct text name, struct diagnosis *why)
{
	UNKILLABLE();
	struct store_space *space = NULL;
	TRY(cell_store_find_space(name, &space, why));
	if (!space->parent)
		return diagnosis_set(why, STATUS_REFUSED, "the root stays");
	OWN(load_transaction, transaction);
	enum status status = cell_loader_begin(&transaction, why);
	if (status)
		return status;
	status = remove_all(space, why);
	if (!status)
		status = remove(space->name_space, why);
	if (status)
		return status;
	cell_store_take(space);
	free_space(space);
	cell_loader_commit(&transaction);
	return STATUS_OK;
}
