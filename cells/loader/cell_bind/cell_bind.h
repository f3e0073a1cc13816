// Two steps of a load (cell_job.h): what the cell needs. Imports are found by name and type; later, when the cell has
// its place, every relocation is bound and kept.
//
// Context: keeping edges allocates from the heap.
#pragma once

#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/loader/cell_job/cell_job.h"
#include "cells/loader/cell_registry/cell_registry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Finds every undefined symbol among the exports of the dependency that the metadata names, which must be loaded.
// STATUS_MALFORMED: object and metadata differ. STATUS_NOT_FOUND: no such export. STATUS_TYPE_MISMATCH: `why` names the
// symbol, both cells and both hashes.
MUST_USE enum status cell_bind_imports(struct load_work *work, struct diagnosis *why);

// Binds every relocation and keeps it. For a cell of nano_core: checks that the linker bound it so. STATUS_MALFORMED,
// STATUS_UNSUPPORTED, STATUS_OUT_OF_RANGE: a relocation that cannot be; `why` says which. STATUS_NO_MEMORY.
MUST_USE enum status cell_bind_relocations(
	struct load_work *work, struct cell_registration *cell, struct diagnosis *why) BORROWS_MUT(cell);

#ifdef __cplusplus
}
#endif
