// Replacing cells: the cells of a name space take the place of its parent's cells of the same names.
//
// The new cells are loaded apart, into a name space that adopts state (cell_loader.h), bound to each other. The
// exchange gives them the names. What was replaced is *retired*: it is found by address only, so that a crash in it can
// still be told, until it is dropped.
//
// Everything that can fail is judged before anything is changed.
//
// Context: as cell_loader: one load or exchange at a time; allocates nothing.
#pragma once

#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

#ifdef __cplusplus
extern "C" {
#endif

// Gives a cell of nano_core the mapping in which its state lies, so that its successor can have it.
void cell_exchange_give_state(const struct cell_reference *cell, struct mapped_pages_mut *pages) BORROWS(cell)
	CONSUMES(pages);

// All cells of the name space move to its parent. Where the parent has a cell of the same name, that one is retired:
// its state's mapping passes to its successor, run-time pointers (cell_pointer) into it lead to the same place of its
// successor, and so do pointers in the state that the loader once bound. The name space is empty then.
// STATUS_BUSY: a cell that stays is bound to one that would be retired, or a reference to one is held (`why` says
// which), or a load is going on. STATUS_UNSUPPORTED: a pointer leads to a section that the successor does not have.
// STATUS_NOT_FOUND: no such name space. STATUS_REFUSED: the root. Nothing is changed on failure.
MUST_USE enum status cell_exchange_run(struct text name_space, struct diagnosis *why);

// The place in the successor that corresponds to `address` in a retired cell. STATUS_NOT_FOUND: no retired cell has
// memory there, or its successor has no such section.
MUST_USE enum status cell_exchange_translate(uint64_t address, uint64_t *successor_address);

// Gives all memory of retired cells back. STATUS_BUSY: a run-time pointer leads to one, or one is in use; `why` says
// who; none is dropped.
MUST_USE enum status cell_exchange_drop_retired(struct diagnosis *why);

#ifdef __cplusplus
}
#endif
