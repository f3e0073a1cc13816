#include "cells/loader/cell_unload/cell_unload.h"

#include "cells/base/panic/panic.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_store/cell_store.h"

// Which cell it is.
struct identity {
	const struct cell_name_space *name_space;
	struct text name;
};

static enum status check_unload(const struct cell_name_space *name_space, struct text cell_name, struct diagnosis *why)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_own(&cell, name_space, cell_name);
	if (status)
		return diagnosis_set(why, status, "no cell %.*s is loaded", TEXT_ARGUMENTS(cell_name));
	if (cell_reference_is_static(&cell))
		return diagnosis_set(why, STATUS_REFUSED, "cell %.*s is part of nano_core", TEXT_ARGUMENTS(cell_name));
	return STATUS_OK;
}

static void note_needs(const struct cell_name_space *name_space, struct text name)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find_own(&cell, name_space, name);
	if (status)
		return;
	cell_reference_note_needs(&cell);
}

static enum status next_unneeded(struct identity *unneeded)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_next_unneeded(&cell);
	if (status)
		return status;
	*unneeded = (struct identity){cell_reference_name_space(&cell), cell_reference_name(&cell)};
	return STATUS_OK;
}

// Takes the cell out, and then what was there only because it needed it.
static enum status remove_with_unneeded(
	const struct cell_name_space *name_space, struct text name, struct diagnosis *why)
{
	note_needs(name_space, name);
	enum status status = cell_loader_remove(name_space, name, why);
	struct identity unneeded;
	while (next_unneeded(&unneeded) == STATUS_OK) {
		note_needs(unneeded.name_space, unneeded.name);
		if (cell_loader_remove(unneeded.name_space, unneeded.name, NULL))
			panic("cell_loader: cell %.*s, which nobody needs, is in use", TEXT_ARGUMENTS(unneeded.name));
	}
	return status;
}

enum status cell_unload_in(struct text name_space, struct text cell_name, struct diagnosis *why)
{
	UNKILLABLE();
	struct store_space *space = NULL;
	TRY(cell_store_find_space(name_space, &space, why));
	OWN(load_transaction, transaction);
	enum status status = cell_loader_begin(&transaction, why);
	if (status)
		return status;
	status = check_unload(space->name_space, cell_name, why);
	if (!status)
		status = remove_with_unneeded(space->name_space, cell_name, why);
	if (status)
		return status;
	cell_loader_commit(&transaction);
	return STATUS_OK;
}

enum status cell_unload(struct text cell_name, struct diagnosis *why)
{
	return cell_unload_in(TEXT(""), cell_name, why);
}
