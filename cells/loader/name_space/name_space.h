// Making and removing name spaces: sets of cells that find each other by name.
//
// What a name space is for the loader stands in cell_loader.h: where its cells come from, and which it sees.
//
// Context: as cell_loader.
#pragma once

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

enum {
	NAME_SPACE_ADOPT_STATE =
		1, // state is that of the parent's cell of the same name, if it is loaded: to replace it
};

#ifdef __cplusplus
extern "C" {
#endif

// Makes a name space under `parent` whose cells come from `archive`, which it owns from then on. An empty handle: from
// the parent's archive, so that every cell that is loaded into it is another instance of its parent's.
// STATUS_EXISTS, STATUS_BAD_ARGUMENT, STATUS_NOT_FOUND, STATUS_NO_MEMORY, STATUS_MALFORMED, STATUS_UNSUPPORTED: as
// `why` says; the archive is dropped then.
MUST_USE enum status name_space_open(
	struct text name, struct text parent, struct mapped_pages *archive, unsigned flags, struct diagnosis *why);

// Unloads all cells of a name space, the newest first, and removes it. STATUS_BUSY: a cell of it is in use, or it is a
// parent: what came after that cell is gone. STATUS_REFUSED: the root.
MUST_USE enum status name_space_close(struct text name, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
