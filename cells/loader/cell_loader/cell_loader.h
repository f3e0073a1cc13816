// Loading cells on demand: by name, or by a symbol that some cell exports.
//
// A cell is found through the archive's index, judged (object, metadata), and loaded after the cells it is bound to.
// Each import is resolved only among the exports of the dependency that the cell's metadata names for it, and only if
// both sides have the same type hash. Text is written while it is writable and becomes executable after: never both.
// Loading is all or nothing: a failure leaves frames, pages, heap and registry as they were, including the
// dependencies that were loaded on the way.
//
// Context: allocates pages and heap memory; not for interrupt handlers. One load at a time: a load from within an init
// entry is STATUS_BUSY.
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Begins: judges the archive, which must stay mapped, and registers the cells that are linked into nano_core, whose
// addresses the archive's map tells. Once. STATUS_MALFORMED, STATUS_UNSUPPORTED, STATUS_NOT_FOUND, STATUS_NO_MEMORY:
// what `why` says; nothing is registered then. STATUS_EXISTS: it was called before.
MUST_USE enum status cell_loader_start(struct bytes archive, struct diagnosis *why);

// Loads the cell of that name and what it needs; nothing is done if it is loaded already.
// STATUS_NOT_FOUND: the archive has no such cell. STATUS_REFUSED: cells need each other in a circle, which `why` names.
// STATUS_MALFORMED, STATUS_UNSUPPORTED: an object is not as it must be. STATUS_TYPE_MISMATCH: an import and its export
// have different types; `why` names the symbol, both cells and both hashes. STATUS_OUT_OF_RANGE: a relocation does not
// fit. STATUS_NO_MEMORY. STATUS_BUSY: a load is going on. Any status of a failing init entry.
MUST_USE enum status cell_loader_load(struct text cell_name, struct diagnosis *why);

// The address of an exported symbol; loads the cell that exports it if need be. As above; STATUS_NOT_FOUND: no cell
// of the archive exports it.
MUST_USE enum status cell_loader_symbol(struct text symbol, uintptr_t *address, struct diagnosis *why);

// Takes a cell out and gives its memory back, after its exit entry has run. What it needed stays. STATUS_NOT_FOUND: no
// such cell is loaded. STATUS_REFUSED: it is in nano_core. STATUS_BUSY: it is in use; `why` names its users.
MUST_USE enum status cell_loader_unload(struct text cell_name, struct diagnosis *why);

// Walks what the archive offers, sorted by name: the first symbol that is not before `prefix` is number
// cell_loader_first_symbol(prefix). STATUS_END: beyond the last.
uint32_t cell_loader_first_symbol(struct text prefix);
MUST_USE enum status cell_loader_symbol_name(uint32_t number, struct text *symbol, struct text *cell);
MUST_USE enum status cell_loader_cell_name(uint32_t number, struct text *cell);

// The object of a cell as it lies in the archive, whether the cell is loaded or not. STATUS_NOT_FOUND: the archive has
// no such cell.
MUST_USE enum status cell_loader_object(struct text cell_name, struct bytes *object);

#ifdef __cplusplus
}
#endif
