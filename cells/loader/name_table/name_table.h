// Tables of fixed-size records that begin with a name and are sorted by it, and the strings that the names are.
//
// All formats of docs/metadata.md are made of these. A table is checked once, when it is opened; after that a lookup is
// a bisection that cannot fail but by a name that is not there.
//
// A `struct name_table` is a view: it borrows the bytes it was opened on and must not outlive them.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: docs/metadata.md, section "Strings".
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"

struct name_table {
	struct bytes records;
	struct bytes strings;
	uint32_t count;
	uint32_t record_size_bytes;
};

// What name_table_open is told about a table: where it claims to be, and what may stand there.
struct name_table_layout {
	const char *what; // for the diagnosis: "exports"
	uint32_t offset;  // from the start of the format's data
	uint32_t count;
	uint32_t record_size_bytes;
	uint32_t name_limit; // bytes of the longest name allowed
};

#ifdef __cplusplus
extern "C" {
#endif

// The string at offset `string` of the string table. STATUS_MALFORMED: it does not lie in the table, or is not closed
// by a zero; `what` names it in `why`.
MUST_USE enum status name_table_string(
	struct bytes strings, uint32_t string, const char *what, struct text *text, struct diagnosis *why);

// Checks a table in `raw`: in bounds, every name present, not empty, within the limit, and strictly ascending.
// STATUS_MALFORMED: a rule is broken; `why` names the table and the entry.
MUST_USE enum status name_table_open(struct bytes raw, struct bytes strings, const struct name_table_layout *layout,
	struct name_table *table, struct diagnosis *why);

// Copies record `index` to `record`, which has the table's record size. Panics beyond the end.
void name_table_record(const struct name_table *table, uint32_t index, void *record);

// The name of record `index`. Panics beyond the end.
struct text name_table_name(const struct name_table *table, uint32_t index);

// The index of the first record whose name is not before `name`; `count` if there is none.
uint32_t name_table_lower_bound(const struct name_table *table, struct text name);

// The index of the record of that name. STATUS_NOT_FOUND: there is none.
MUST_USE enum status name_table_find(const struct name_table *table, struct text name, uint32_t *index);

#ifdef __cplusplus
}
#endif
