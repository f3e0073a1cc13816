// What the build tells cellmeta about a cell, and the files that it names.
#pragma once

#include <stdbool.h>

#include "tools/cellmeta/exports_file.h"
#include "tools/cellmeta/list.h"

struct cell_option_dependency {
	const char *name;
	const char *header;
	bool implicit; // not declared in the cell's BUILD
	struct exports_file exports;
};

struct cell_options {
	const char *name;
	const char *group;
	const char *package; // "cells/base/text"
	const char *version;
	const char *summary;
	const char *class_name;
	const char *init_symbol;
	const char *exit_symbol;
	const char *merged;     // the cell's object, with debug information
	const char *header;     // its public header
	const char *directory;  // where `interface` writes its sources
	const char *undeclared; // file: symbols that no header declares, one per line
	const char *blob;       // out: the cell section
	const char *exports;    // out: NAME.exports
	LIST(struct cell_option_dependency) dependencies;
	LIST(struct exports_file) known; // of all cells below, dependencies of dependencies too
	LIST(const char *) sources;      // private headers are among them
	LIST(const char *) pinned;       // third-party headers that a foreign cell may include
	LIST(const char *) interfaces;   // compiled sources that `interface` wrote
	LIST(const char *) undeclared_symbols;
	const char *build_file; // "cells/base/text/BUILD"
};

enum { EXIT_FINDINGS = 1, EXIT_USAGE = 64, EXIT_BAD_INPUT = 65, EXIT_CANNOT_WRITE = 73 };

#ifdef __cplusplus
extern "C" {
#endif

// Reads the arguments and the files of exports. Ends the program with a message if they are wrong.
void cell_options_read(struct cell_options *options, int count, char **arguments);

bool cell_options_is_undeclared(const struct cell_options *options, const char *symbol);

// The dependency that exports the symbol; null if none does.
const struct cell_option_dependency *cell_options_exporter(const struct cell_options *options, const char *symbol);

// Writes a file or ends the program with a message.
void cell_options_write(const char *path, const void *contents, size_t size_bytes);

// Ends the program because of a file that cannot be used.
__attribute__((noreturn)) void cell_options_bad_input(const char *path, const char *cause);

#ifdef __cplusplus
}
#endif
