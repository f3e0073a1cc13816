// What the symbols of a cell's object are to the cell: exports, imports, state.
//
// Symbols that the compiler makes for kCFI (`__cfi_*`, `__kcfi_typeid_*`) are none of these.
#pragma once

#include <stdbool.h>

#include "tools/cellmeta/list.h"
#include "tools/cellmeta/object_file.h"

struct symbol_list {
	LIST(const struct object_symbol *) symbols; // sorted by name
};

struct cell_symbols {
	struct symbol_list exports; // global, visible, defined
	struct symbol_list imports; // not defined here
	struct symbol_list states;  // in a section of declared state
};

#ifdef __cplusplus
extern "C" {
#endif

struct cell_symbols cell_symbols_of(const struct object_file *object);

// True for the symbols that the compiler makes for kCFI.
bool cell_symbols_is_compilers(const char *name);

// True for `.cell_state` and `.bss.cell_state`.
bool cell_symbols_is_state_section(const struct object_section *section);

// The section in which the symbol is defined; null for one that is in none.
const struct object_section *cell_symbols_section(const struct object_file *object, const struct object_symbol *symbol);

#ifdef __cplusplus
}
#endif
