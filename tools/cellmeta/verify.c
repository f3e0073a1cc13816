#include "tools/cellmeta/verbs.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "tools/cellmeta/cell_options.h"
#include "tools/cellmeta/cell_symbols.h"
#include "tools/cellmeta/findings.h"
#include "tools/cellmeta/object_checks.h"
#include "tools/cellmeta/sealed_object.h"

// One table of the metadata against the symbols that it should list; both are sorted by name.
struct comparison {
	const struct sealed_object *sealed;
	const char *what;
	const struct symbol_list *symbols;
	uint32_t count;
	struct text (*name)(const struct cell_metadata *metadata, uint32_t index);
};

static struct text export_name(const struct cell_metadata *metadata, uint32_t index)
{
	return cell_metadata_export(metadata, index).name;
}

static struct text import_name(const struct cell_metadata *metadata, uint32_t index)
{
	return cell_metadata_import(metadata, index).name;
}

static struct text state_name(const struct cell_metadata *metadata, uint32_t index)
{
	return cell_metadata_state(metadata, index).name;
}

static void compare(const struct comparison *comparison, struct findings *findings)
{
	const struct sealed_object *sealed = comparison->sealed;
	const char *where =
		list_format("%s: offset %llu", sealed->object.path, (unsigned long long)sealed->metadata_offset);
	uint32_t entry = 0;
	size_t symbol = 0;
	while (entry < comparison->count || symbol < comparison->symbols->symbols.count) {
		struct text listed = {}, present = {};
		if (entry < comparison->count)
			listed = comparison->name(&sealed->metadata, entry);
		if (symbol < comparison->symbols->symbols.count)
			present = text_from(comparison->symbols->symbols.items[symbol]->name);
		int order = !listed.length ? 1 : !present.length ? -1 : text_compare(listed, present);
		if (order < 0)
			findings_add(findings, where,
				"the metadata list %.*s among the %s, but the symbol table does not",
				TEXT_ARGUMENTS(listed), comparison->what);
		if (order > 0)
			findings_add(findings, where, "%.*s is missing among the %s of the metadata",
				TEXT_ARGUMENTS(present), comparison->what);
		entry += order <= 0;
		symbol += order >= 0;
	}
}

// What the symbol table says of each export and state variable beside its name. The names have been compared.
static void compare_details(
	const struct sealed_object *sealed, const struct cell_symbols *symbols, struct findings *findings)
{
	const struct cell_metadata *metadata = &sealed->metadata;
	const char *where =
		list_format("%s: offset %llu", sealed->object.path, (unsigned long long)sealed->metadata_offset);
	for (uint32_t i = 0; i < metadata->export_count; i++) {
		struct cell_export listed = cell_metadata_export(metadata, i);
		const struct object_symbol *symbol = symbols->exports.symbols.items[i];
		unsigned other = listed.kind == CELL_SYMBOL_FUNCTION ? STT_OBJECT : STT_FUNC;
		if (symbol->type == other)
			findings_add(findings, where, "the metadata call %s a %s, the symbol table does not",
				symbol->name, cell_metadata_kind_name(listed.kind));
	}
	for (uint32_t i = 0; i < metadata->state_count; i++) {
		struct cell_state_variable listed = cell_metadata_state(metadata, i);
		const struct object_symbol *symbol = symbols->states.symbols.items[i];
		if (symbol->size_bytes != listed.size_bytes)
			findings_add(findings, where, "state variable %s has %llu bytes, the metadata say %llu",
				symbol->name, (unsigned long long)symbol->size_bytes,
				(unsigned long long)listed.size_bytes);
	}
}

static void check_leftovers(const struct sealed_object *sealed, struct findings *findings)
{
	const struct object_file *object = &sealed->object;
	for (size_t index = 1; index < object->section_count; index++)
		if (!strncmp(object->sections[index].name, ".debug_", 7))
			findings_add(findings,
				list_format("%s: offset %llu", object->path,
					(unsigned long long)object->sections[index].file_offset),
				"section %s holds debug information, which belongs into a file of its own",
				object->sections[index].name);
	for (size_t i = 0; i < object->symbols.count; i++) {
		const struct object_symbol *symbol = &object->symbols.items[i];
		bool internal = symbol->visibility == STV_HIDDEN || symbol->visibility == STV_INTERNAL;
		if (symbol->binding != STB_LOCAL && (internal || cell_symbols_is_compilers(symbol->name)))
			findings_add(
				findings, object->path, "%s is internal to the cell and should be local", symbol->name);
	}
	if (!cell_metadata_build_id_equal(sealed->metadata.build_id, sealed_object_build_id(sealed)))
		findings_add(findings,
			list_format(
				"%s: offset %llu", object->path, (unsigned long long)(sealed->metadata_offset + 16)),
			"the build id is not that of the contents: the file was changed after it was finished");
}

static size_t verify(const char *path)
{
	struct sealed_object sealed;
	struct findings findings = {};
	struct diagnosis why = {};
	if (sealed_object_open(path, &sealed, &why)) {
		findings_add(&findings, path, "%s", why.message);
		return findings_print(&findings);
	}
	struct cell_symbols symbols = cell_symbols_of(&sealed.object);
	const struct comparison comparisons[] = {
		{&sealed, "exports", &symbols.exports, sealed.metadata.export_count, export_name},
		{&sealed, "imports", &symbols.imports, sealed.metadata.import_count, import_name},
		{&sealed, "state variables", &symbols.states, sealed.metadata.state_count, state_name}};
	for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++)
		compare(&comparisons[i], &findings);
	if (findings.lines.count == 0)
		compare_details(&sealed, &symbols, &findings);
	check_leftovers(&sealed, &findings);
	struct object_checks checks = {.object = &sealed.object,
		.cell = list_copy_characters(sealed.metadata.name.start, sealed.metadata.name.length),
		.fallback = path};
	object_checks_run(&checks, &findings);
	return findings_print(&findings);
}

int verb_verify(int count, char **arguments)
{
	size_t bad = 0;
	if (count == 0) {
		fprintf(stderr, "usage: cellmeta verify FILE.o...\n");
		return EXIT_USAGE;
	}
	for (int i = 0; i < count; i++)
		bad += verify(arguments[i]);
	return bad ? EXIT_BAD_INPUT : 0;
}
