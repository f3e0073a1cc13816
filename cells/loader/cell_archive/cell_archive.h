// The archive of cells that the boot loader puts in memory: a cpio file of the "newc" kind.
//
// Members, in this order: `symbols.index`, `nano_core.map`, then `<cell>.o` for each cell, sorted by name. The data of
// every member begins at a multiple of 16 from the start of the archive (the name field is padded with zeros), so that
// an object can be read in place.
//
// A `struct cell_archive` is a view: it borrows the bytes it was opened on and must not outlive them.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: docs/metadata.md, section "The archive"; cpio(5), "New ASCII Format".
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"

#define CELL_ARCHIVE_INDEX_MEMBER "symbols.index"
#define CELL_ARCHIVE_MAP_MEMBER "nano_core.map"
#define CELL_ARCHIVE_OBJECT_SUFFIX ".o"

enum { CELL_ARCHIVE_ALIGNMENT = 16, CELL_ARCHIVE_HEADER_SIZE = 110 };

struct cell_archive {
	struct bytes raw;
	uint32_t member_count;
};

struct cell_archive_member {
	struct text name; // without the padding
	struct bytes data;
	uint64_t data_offset; // from the start of the archive
};

#ifdef __cplusplus
extern "C" {
#endif

// Walks all of `raw` and checks every header, name, alignment and the trailer. STATUS_MALFORMED: a rule is broken;
// `why` names the offset. What follows the trailer is not looked at.
MUST_USE enum status cell_archive_open(struct bytes raw, struct cell_archive *archive, struct diagnosis *why);

// The member at `*cursor` (0 at first); moves the cursor behind it. STATUS_END: there are no more.
MUST_USE enum status cell_archive_next(
	const struct cell_archive *archive, uint64_t *cursor, struct cell_archive_member *member);

// The member of that name, found by a walk from the start. STATUS_NOT_FOUND: there is none.
MUST_USE enum status cell_archive_find(
	const struct cell_archive *archive, struct text name, struct cell_archive_member *member);

// `size_bytes` bytes from `data_offset` on, as an entry of the symbol index says where a cell's object is.
// STATUS_MALFORMED: they do not lie in the archive, or not at the alignment.
MUST_USE enum status cell_archive_object(const struct cell_archive *archive, uint64_t data_offset, uint64_t size_bytes,
	struct bytes *object, struct diagnosis *why);

#ifdef __cplusplus
}
#endif
