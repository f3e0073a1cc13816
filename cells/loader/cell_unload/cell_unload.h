// Taking cells out, by name.
//
// Context: allocates nothing; not for interrupt handlers. One change at a time: within a load it is STATUS_BUSY.
#pragma once

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Takes a cell out and gives its memory back, after its exit entry has run; then the same with each cell that was
// loaded only because this one needed it and that nobody needs any more. STATUS_NOT_FOUND: no such cell is loaded.
// STATUS_REFUSED: it is in nano_core. STATUS_BUSY: it is in use; `why` names its users, or who holds pointers to it.
MUST_USE enum status cell_unload(struct text cell_name, struct diagnosis *why);

// The same, of the cell that is in that very name space.
MUST_USE enum status cell_unload_in(struct text name_space, struct text cell_name, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
