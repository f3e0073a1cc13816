// A step of a load (cell_job.h): what the cell offers. The object's symbols and the metadata must say the same.
//
// Context: no allocation.
#pragma once

#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/loader/cell_job/cell_job.h"
#include "cells/loader/cell_registry/cell_registry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Tells the registry the sections, which are placed, and where each export lies; checks exports and state against the
// metadata. STATUS_MALFORMED: they differ; `why` says where.
MUST_USE enum status cell_exports_register(
	struct load_work *work, struct cell_registration *cell, struct diagnosis *why) BORROWS_MUT(cell);

#ifdef __cplusplus
}
#endif
