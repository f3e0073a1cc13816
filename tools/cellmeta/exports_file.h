// The file NAME.exports: what a cell offers, for the build of the cells that depend on it.
//
// Source: docs/metadata.md, section "NAME.exports".
#pragma once

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/status/status.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/cellmeta/list.h"

struct exported_symbol {
	const char *name;
	struct cell_type_hash hash;
	enum cell_symbol_kind kind;
};

struct exports_file {
	const char *path;
	const char *cell;
	const char *package; // "cells/base/text"
	LIST(struct exported_symbol) symbols;
};

#ifdef __cplusplus
extern "C" {
#endif

// STATUS_NOT_FOUND: the file cannot be read. STATUS_MALFORMED: a line is none of those of the format.
enum status exports_file_read(const char *path, struct exports_file *exports, struct diagnosis *why);

// The symbol of that name; null if the cell does not export it.
const struct exported_symbol *exports_file_find(const struct exports_file *exports, const char *symbol);

// The text of the file. The symbols are sorted by name.
char *exports_file_text(const struct exports_file *exports);

#ifdef __cplusplus
}
#endif
