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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_registry/cell_registry.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- One change at a time ----

// A time in which this holder alone changes what is loaded. Dropped, it takes all out again that was published since it
// began; committed, all stays.
HANDLE(load_transaction)
{
	bool open PRIVATE_OF(cell_loader);
	bool had_newest PRIVATE_OF(cell_loader); // when it began
	uint16_t newest PRIVATE_OF(cell_loader); // the number of the cell that was the newest then
};
HANDLE_FUNCTIONS(load_transaction)

// STATUS_BUSY: another one is open.
MUST_USE enum status cell_loader_begin(struct load_transaction *out, struct diagnosis *why) PRODUCES_IF(STATUS_OK, out);
void cell_loader_commit(struct load_transaction *transaction) CONSUMES(transaction);

// ---- Loading ----

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

// Loads several cells as one: all of them or none.
MUST_USE enum status cell_loader_load_set(
	struct text name_space, const struct text *cell_names, size_t count, struct diagnosis *why);

// ---- Name spaces (cell_registry.h) ----
//
// A name space (made by cells/loader/name_space) has an archive. Seen from it, a cell is the nearest one of that name,
// on the way from it up to the root, that is loaded or in an archive; it is loaded into the name space that has it, and
// what it needs is looked for from there. So cells of a name space may be bound to those above, never the other way.
// The root's name is empty.

// As those without `_in`, seen from a name space.
MUST_USE enum status cell_loader_load_in(struct text name_space, struct text cell_name, struct diagnosis *why);
MUST_USE enum status cell_loader_symbol_in(
	struct text name_space, struct text symbol, uintptr_t *address, struct diagnosis *why);

// ---- For cell_unload and name_space ----

// Takes one cell out, its exit entry included; only while a transaction is open. As cell_unload_in.
MUST_USE enum status cell_loader_remove(
	const struct cell_name_space *name_space, struct text name, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
