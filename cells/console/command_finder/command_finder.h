// Finds shell commands: by name, loading their cells when they are first asked for, and all that there are.
//
// A command's type is compared with this system's `struct command` before anyone touches it, as nothing else links the
// two. In host tests a double stands in, with commands that a test gives it (end of this header).
//
// Context: may load cells, which allocates memory.
#pragma once

#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/command/command.h"
#include "cells/loader/cell_registry/cell_registry.h"

#ifdef __cplusplus
extern "C" {
#endif

// The command called `name`. It may be used as long as `cell`, the hold on its cell, is not dropped.
// STATUS_NOT_FOUND: there is no such command. STATUS_TYPE_MISMATCH: its cell was made for another `struct command`.
// Any status of cell_loader_load; `why` says more.
MUST_USE enum status command_finder_find(struct text name, struct cell_reference *cell, const struct command **command,
	struct diagnosis *why) PRODUCES_IF(STATUS_OK, cell);

// The name of the next command, in order of the alphabet, whether its cell is loaded or not. `*cursor` is 0 at first.
// STATUS_END: there are no more.
MUST_USE enum status command_finder_next(uint32_t *cursor, struct text *name);

#if __STDC_HOSTED__
SLICE_TYPE(command_finder_host_commands, const struct command *const);

// From now on these are the commands, sorted by name; borrowed until the next call.
void command_finder_host_set(struct command_finder_host_commands commands);
#endif

#ifdef __cplusplus
}
#endif
