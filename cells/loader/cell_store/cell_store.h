// Where cells come from: the archives, and the name spaces that have them.
//
// A name space (cell_registry.h) has an archive, its own or its parent's. Seen from it, a cell is the nearest one of
// that name, on the way from it up to the root, that is loaded or in an archive. The root's name is empty.
//
// Context: allocates nothing. Spaces come and go while a load_transaction is open (cell_loader.h).
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/loader/cell_archive/cell_archive.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/static_map/static_map.h"
#include "cells/loader/symbol_index/symbol_index.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

// The archive, opened.
struct cell_sources {
	struct cell_archive archive;
	struct symbol_index index;
	struct static_map map;
};

// A name space, and where its cells come from.
struct store_space {
	struct heap_object memory;          // holds this structure; empty: the root
	struct cell_name_space *name_space; // null: the root
	struct store_space *parent;
	struct store_space *next;
	struct cell_sources sources;
	struct mapped_pages archive; // empty: the parent's, or one that lasts for ever
	bool adopts_state;
	bool has_static_cells; // only the root, while nano_core's cells are registered
};

#ifdef __cplusplus
extern "C" {
#endif

// ---- Name spaces ----

struct store_space *cell_store_root(void);

// The nearest space, from `space` up, that has the cell loaded or in its archive; the root if none has.
struct store_space *cell_store_home(struct store_space *space, struct text cell_name);

// The name space of that name; empty: the root. STATUS_NOT_FOUND: there is none.
MUST_USE enum status cell_store_find_space(struct text name, struct store_space **space, struct diagnosis *why);

// Judges an archive, which must stay where it is.
MUST_USE enum status cell_store_open_sources(struct bytes archive, struct cell_sources *sources, struct diagnosis *why);

// Puts the space into the list in which it is found, and takes it out.
void cell_store_add(struct store_space *space);
void cell_store_take(struct store_space *space);

// ---- The root's archive; before cell_loader_start it has nothing ----

// Walks what the archive offers, sorted by name: the first symbol that is not before `prefix` is number
// cell_store_first_symbol(prefix). STATUS_END: beyond the last.
uint32_t cell_store_first_symbol(struct text prefix);
MUST_USE enum status cell_store_symbol_name(uint32_t number, struct text *symbol, struct text *cell);
MUST_USE enum status cell_store_cell_name(uint32_t number, struct text *cell);

// The object of a cell as it lies in the archive, whether the cell is loaded or not. STATUS_NOT_FOUND: the archive has
// no such cell.
MUST_USE enum status cell_store_object(struct text cell_name, struct bytes *object);

// Where nano_core's cells were linked, to name what was at an address of its image. STATUS_NOT_FOUND: there is no
// archive yet.
MUST_USE enum status cell_store_static_map(struct static_map *map);

#ifdef __cplusplus
}
#endif
