// The text that ld.lld writes for -Map: which section of which object went where.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/status/status.h"
#include "tools/cellmeta/list.h"

struct link_map_entry {
	const char *file;    // as it stood on the linker's command line
	const char *section; // of that file
	uint64_t address;
	uint64_t size_bytes;
	int taken; // by a section of the object, so that two of one name get one entry each
};

struct link_map {
	LIST(struct link_map_entry) entries; // without those of .eh_frame
	uint64_t unwind_start;               // of all pieces of .eh_frame; both 0 if there are none
	uint64_t unwind_end;
};

#ifdef __cplusplus
extern "C" {
#endif

// Takes the text apart. STATUS_MALFORMED: it has no lines of the kind looked for.
enum status link_map_read(const char *text, struct link_map *map, struct diagnosis *why);

// Takes the first entry not yet taken for that section; null if there is none.
const struct link_map_entry *link_map_take(
	struct link_map *map, const char *file, const char *section, uint64_t size_bytes);

#ifdef __cplusplus
}
#endif
