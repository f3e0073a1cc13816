#include "tools/cellmeta/graph_checks.h"

#include <stdlib.h>
#include <string.h>

#include "tools/cellmeta/header_names.h"
#include "tools/cellmeta/object_file.h"

// "a, b and 3 more": enough to find the place, not a page of names.
static void add_to_names(struct text_buffer *names, size_t *count, const char *name)
{
	enum { SHOWN = 4 };
	if (*count < SHOWN)
		text_buffer_format(names, "%s%s", *count ? ", " : "", name);
	++*count;
	if (*count == SHOWN + 1)
		text_buffer_add(names, ", ...");
}

// Symbols that a cell below exports, but no declared dependency: one finding per cell to add.
static void check_undeclared_cell(const struct cell_options *options, const struct cell_symbols *symbols,
	const struct exports_file *below, struct findings *findings)
{
	struct text_buffer names = {};
	size_t count = 0;
	for (size_t i = 0; i < symbols->imports.symbols.count; i++) {
		const char *symbol = symbols->imports.symbols.items[i]->name;
		if (!cell_options_exporter(options, symbol) && exports_file_find(below, symbol))
			add_to_names(&names, &count, symbol);
	}
	if (count)
		findings_add(findings, options->build_file,
			"cell %s uses %s of cell %s without depending on it: add \"//%s\" to deps", options->name,
			names.characters, below->cell, below->package);
}

static bool is_known(const struct cell_options *options, const char *symbol)
{
	for (size_t i = 0; i < options->known.count; i++)
		if (exports_file_find(&options->known.items[i], symbol))
			return true;
	return cell_options_exporter(options, symbol);
}

static void check_imports(
	const struct cell_options *options, const struct cell_symbols *symbols, struct findings *findings)
{
	struct text_buffer unknown = {};
	size_t count = 0;
	for (size_t i = 0; i < options->known.count; i++)
		check_undeclared_cell(options, symbols, &options->known.items[i], findings);
	for (size_t i = 0; i < symbols->imports.symbols.count; i++)
		if (!is_known(options, symbols->imports.symbols.items[i]->name))
			add_to_names(&unknown, &count, symbols->imports.symbols.items[i]->name);
	if (count)
		findings_add(findings, options->build_file,
			"cell %s uses %s, which no cell below it exports: add the cell that does to deps, or define it",
			options->name, unknown.characters);
}

static void check_duplicates(
	const struct cell_options *options, const struct cell_symbols *symbols, struct findings *findings)
{
	for (size_t i = 0; i < options->known.count; i++)
		for (size_t j = 0; j < symbols->exports.symbols.count; j++)
			if (exports_file_find(&options->known.items[i], symbols->exports.symbols.items[j]->name))
				findings_add(findings, options->header,
					"cell %s exports %s, and so does cell %s (%s), on which it depends: rename one",
					options->name, symbols->exports.symbols.items[j]->name,
					options->known.items[i].cell, options->known.items[i].package);
}

static char *read_text(const char *path, size_t *length)
{
	unsigned char *contents;
	struct diagnosis why = {};
	if (object_file_read(path, &contents, length, &why))
		cell_options_bad_input(path, why.message);
	return (char *)contents;
}

static bool is_offered(const struct cell_options *options, const char *path)
{
	for (size_t i = 0; i < options->dependencies.count; i++)
		if (!strcmp(options->dependencies.items[i].header, path))
			return true;
	for (size_t i = 0; i < options->sources.count; i++)
		if (!strcmp(options->sources.items[i], path))
			return true;
	for (size_t i = 0; i < options->pinned.count; i++)
		if (!strcmp(options->pinned.items[i], path))
			return true;
	return !strcmp(options->header, path);
}

static void check_includes(
	const struct cell_options *options, const struct source_names *source, struct findings *findings)
{
	for (size_t i = 0; i < source->includes.count; i++) {
		const struct source_include *include = &source->includes.items[i];
		const struct exports_file *owner = nullptr;
		if (is_offered(options, include->path))
			continue;
		for (size_t j = 0; j < options->known.count; j++) {
			const struct exports_file *known = &options->known.items[j];
			if (!strcmp(list_format("%s/%s.h", known->package, known->cell), include->path))
				owner = known;
		}
		const char *where = list_format("%s:%u", include->file, include->line);
		if (owner)
			findings_add(findings, where,
				"cell %s includes %s of cell %s without depending on it: add \"//%s\" to deps in %s",
				options->name, include->path, owner->cell, owner->package, options->build_file);
		else
			findings_add(findings, where,
				"cell %s includes %s, which none of its declared dependencies offers: add the cell "
				"that does to deps in %s",
				options->name, include->path, options->build_file);
	}
}

static bool is_dependency(const struct cell_options *options, const char *cell)
{
	for (size_t i = 0; i < options->dependencies.count; i++)
		if (!strcmp(options->dependencies.items[i].name, cell))
			return true;
	return false;
}

// Types, macros and enumerators of a cell below that came in through another cell's header: an edge too.
static void check_borrowed_names(
	const struct cell_options *options, const struct source_names *source, struct findings *findings)
{
	for (size_t i = 0; i < options->known.count; i++) {
		const struct exports_file *below = &options->known.items[i];
		const char *path = list_format("%s/%s.h", below->package, below->cell);
		struct header_names header = {};
		struct text_buffer names = {};
		size_t length, count = 0;
		if (is_dependency(options, below->cell))
			continue;
		char *text = read_text(path, &length);
		header_names_add(&header, text, length);
		for (size_t j = 0; j < header.names.count; j++)
			if (header.names.items[j].kind != HEADER_NAME_FORWARD &&
				header_names_uses(&header.names.items[j], source))
				add_to_names(&names, &count, header.names.items[j].name);
		if (count)
			findings_add(findings, options->build_file,
				"cell %s uses %s of cell %s without depending on it: add \"//%s\" to deps",
				options->name, names.characters, below->cell, below->package);
	}
}

static bool is_bound(const struct cell_options *options, const struct cell_symbols *symbols,
	const struct cell_option_dependency *dependency)
{
	for (size_t i = 0; i < symbols->imports.symbols.count; i++)
		if (cell_options_exporter(options, symbols->imports.symbols.items[i]->name) == dependency)
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct described_dependency *first = a, *second = b;
	return strcmp(first->name, second->name);
}

static void describe_dependencies(const struct cell_options *options, const struct cell_symbols *symbols,
	const struct source_names *source, struct cell_description *cell, struct findings *findings)
{
	for (size_t i = 0; i < options->dependencies.count; i++) {
		const struct cell_option_dependency *dependency = &options->dependencies.items[i];
		struct header_names header = {};
		size_t length;
		char *text = read_text(dependency->header, &length);
		header_names_add(&header, text, length);
		unsigned used = header_names_used(&header, source);
		uint32_t kinds = is_bound(options, symbols, dependency) ? CELL_EDGE_LINK : 0;
		if (used & HEADER_USE_TYPE)
			kinds |= CELL_EDGE_TYPE;
		if (kinds == 0 && (used & HEADER_USE_OTHER))
			kinds |= CELL_EDGE_HEADER;
		if (dependency->implicit)
			kinds |= CELL_EDGE_IMPLICIT;
		if (kinds == 0)
			findings_add(findings, options->build_file,
				"cell %s depends on cell %s and uses nothing of it: remove \"//%s\" from deps",
				options->name, dependency->name, dependency->exports.package);
		*LIST_ADD(&cell->dependencies) = (struct described_dependency){dependency->name, kinds};
	}
	if (cell->dependencies.count)
		qsort(cell->dependencies.items, cell->dependencies.count, sizeof cell->dependencies.items[0], by_name);
}

void graph_checks_run(const struct cell_options *options, const struct cell_symbols *symbols,
	struct cell_description *cell, struct findings *findings)
{
	struct source_names source = {};
	size_t length;
	char *text = read_text(options->header, &length);
	source_names_add(&source, options->header, text, length);
	for (size_t i = 0; i < options->sources.count; i++) {
		text = read_text(options->sources.items[i], &length);
		source_names_add(&source, options->sources.items[i], text, length);
	}
	check_imports(options, symbols, findings);
	describe_dependencies(options, symbols, &source, cell, findings);
	check_includes(options, &source, findings);
	check_borrowed_names(options, &source, findings);
	check_duplicates(options, symbols, findings);
}
