// Shared by the files of the registry.
#pragma once

#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "cells/sync/spinlock/spinlock.h"

// ---- registry_references.c ----

// Held while the trees, the list, the numbers or a count of references change, and while a cell is looked for. Short:
// nothing under it allocates pages for long or calls other cells' code.
INTERNAL struct spinlock *registry_lock(void);

// ---- registry_names.c ----

// The cell of that name in that name space, or else in the parent's.
INTERNAL struct loaded_cell *registry_resolve(const struct cell_name_space *name_space, struct text name);
INTERNAL uint64_t registry_hash(struct text name);
// As cell_registry_record_named; `key` is the name's hash.
INTERNAL struct loaded_cell *registry_record_keyed(
	const struct cell_name_space *name_space, uint64_t key, struct text name);
// By the cell's own key and name space.
INTERNAL MUST_USE enum status registry_check_name(const struct loaded_cell *cell, struct diagnosis *why);

// ---- registry_pointers.c ----

// Clears those that lie in the cell's own memory, which is about to go.
INTERNAL void registry_forget_pointers_in(const struct loaded_cell *cell);
// Whether another cell is bound to it.
INTERNAL bool registry_has_users(const struct loaded_cell *cell);
// STATUS_BUSY: somebody would be left with an address of the cell; `why` says who.
INTERNAL MUST_USE enum status registry_check_unused(const struct loaded_cell *cell, struct diagnosis *why);
