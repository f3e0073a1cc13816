// The types of symbols, found in debug information.
//
// Two kinds of objects are read: interface objects, which `cellmeta interface` and the compiler made and in which a
// variable `__tref_SYMBOL` points to each SYMBOL; and the cell's own object, for its static variables.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/status/status.h"
#include "cells/loader/cell_metadata/cell_metadata.h"
#include "tools/cellmeta/list.h"

#define DEBUG_TYPES_REFERENCE_PREFIX "__tref_"

struct debug_type {
	const char *name; // of the symbol
	const char *text; // see type_text.h
	struct cell_type_hash hash;
	enum cell_symbol_kind kind;
	size_t symbol; // index in the object's symbol table; 0 for the symbols of an interface object
};

struct debug_types {
	LIST(struct debug_type) types;
};

#ifdef __cplusplus
extern "C" {
#endif

// Adds the type of every symbol that the interface object refers to. STATUS_MALFORMED: its debug information cannot be
// read or holds a type that has no text.
enum status debug_types_add_interface(struct debug_types *types, const char *path, struct diagnosis *why);

// Adds the type of every variable of the object that has a place in memory and a symbol there.
enum status debug_types_add_variables(struct debug_types *types, const char *path, struct diagnosis *why);

// The type of the symbol with that name, or with that index; null if there is none.
const struct debug_type *debug_types_find(const struct debug_types *types, const char *name);
const struct debug_type *debug_types_find_symbol(const struct debug_types *types, size_t symbol);

#ifdef __cplusplus
}
#endif
