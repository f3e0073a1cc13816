// A step of a load (cell_job.h): where every section goes.
//
// Sections are laid out by kind, each kind in fresh pages of its own, which can be written and nothing else as yet.
// State that is adopted, and all of a cell of nano_core, stays where it is.
//
// Context: allocates pages.
#pragma once

#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/loader/cell_job/cell_job.h"

// Bytes of one kind of section that a cell may have: far more than any needs, and no sum can overflow.
enum { CELL_PLACE_PART_SIZE_LIMIT = 64 << 20 };

#ifdef __cplusplus
extern "C" {
#endif

// Gives every section that takes memory its place, in fresh mappings (with the content copied) or, for a cell of
// nano_core, where the map says; numbers sections as the registry will, and counts their relocations.
// STATUS_UNSUPPORTED: more than CELL_PLACE_PART_SIZE_LIMIT bytes of a kind, or state that cannot be adopted.
// STATUS_MALFORMED: two relocation sections for one, or the map says otherwise. STATUS_NO_MEMORY.
MUST_USE enum status cell_place_sections(struct load_work *work, struct diagnosis *why);

// The writable memory of section `index` of the object, which must be placed in a mapping.
struct bytes_mut cell_place_section_bytes(struct load_work *work, uint32_t index);

#ifdef __cplusplus
}
#endif
