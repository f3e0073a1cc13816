// Where the source of a cell uses a symbol of another cell, names another cell, or declares an export.
//
// The debug information that the build puts aside as NAME.debug knows it exactly: each relocation has an address, and
// each address a line. Without it, or for what leaves no relocation, the source at hand is searched for the word.
//
// Context: host only; reads files; allocates.
// Source: DWARF Debugging Information Format, version 5; ELF-64 Object File Format 1.5.
#pragma once

#include <stdbool.h>

#include "tools/depgraph/graph.h"
#include "tools/depgraph/source_lines.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cell_uses;

struct places {
	const struct graph *graph;
	const char *source;     // the repository; null: none is at hand
	const char *debug;      // a file with debug information or a directory of them; null: beside the input
	struct cell_uses *uses; // by cell, read when first asked for
};

void places_init(struct places *places, const struct graph *graph, const char *source, const char *debug);
void places_free(struct places *places);

// Each fills `place` with "FILE:LINE". False: nobody knows.

// Where cell `from` uses the symbol. A line of the cell's own files is preferred to one of a header's inline function.
bool places_of_symbol(struct places *places, uint32_t from, const char *symbol, char place[SOURCE_PLACE_BYTES]);

// What makes cell `from` depend on cell `to`: the use of a symbol, else what includes the header, else the line of the
// BUILD file.
bool places_of_edge(struct places *places, uint32_t from, uint32_t to, char place[SOURCE_PLACE_BYTES]);

// The line of the BUILD file of cell `from` that names cell `to`.
bool places_of_declaration(struct places *places, uint32_t from, uint32_t to, char place[SOURCE_PLACE_BYTES]);

// Where cell `cell` declares, else defines, what it exports.
bool places_of_export(struct places *places, uint32_t cell, const char *symbol, char place[SOURCE_PLACE_BYTES]);

// Where the debug information of a cell is: as `debug` says; else beside the input, where the build puts it:
// IMAGE.debug/NAME.debug beside IMAGE.cells.cpio and IMAGE.iso, NAME.debug beside NAME.o. Free with free().
char *debug_file_of(const struct graph *graph, const struct graph_cell *cell, const char *debug);

#ifdef __cplusplus
}
#endif
