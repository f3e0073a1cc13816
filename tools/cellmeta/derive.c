#include "tools/cellmeta/verbs.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cellmeta/cell_options.h"
#include "tools/cellmeta/cell_symbols.h"
#include "tools/cellmeta/contracts.h"
#include "tools/cellmeta/debug_types.h"
#include "tools/cellmeta/findings.h"
#include "tools/cellmeta/graph_checks.h"
#include "tools/cellmeta/metadata_blob.h"
#include "tools/cellmeta/object_checks.h"
#include "tools/sha256/sha256.h"

// All that is known of the cell while it is derived.
struct derivation {
	struct cell_options options;
	struct object_file object;
	struct cell_symbols symbols;
	struct debug_types interface;
	struct debug_types variables;
	struct object_checks checks;
	struct cell_description cell;
	struct findings findings;
};

static enum cell_class class_from(const char *name)
{
	for (enum cell_class value = CELL_CLASS_CORE; value <= CELL_CLASS_FOREIGN; value++)
		if (!strcmp(name, cell_metadata_class_name(value)))
			return value;
	fprintf(stderr, "cellmeta: error: --class is core, checked or foreign, not \"%s\"\n", name);
	exit(EXIT_USAGE);
}

static void read_inputs(struct derivation *derivation)
{
	const struct cell_options *options = &derivation->options;
	struct diagnosis why = {};
	if (object_file_open(options->merged, &derivation->object, &why))
		cell_options_bad_input(options->merged, why.message);
	for (size_t i = 0; i < options->interfaces.count; i++)
		if (debug_types_add_interface(&derivation->interface, options->interfaces.items[i], &why))
			cell_options_bad_input(options->interfaces.items[i], why.message);
	if (debug_types_add_variables(&derivation->variables, options->merged, &why))
		cell_options_bad_input(options->merged, why.message);
	derivation->symbols = cell_symbols_of(&derivation->object);
	derivation->checks = (struct object_checks){.object = &derivation->object,
		.cell = options->name,
		.sources = options->sources.items,
		.source_count = options->sources.count,
		.fallback = options->header};
	derivation->cell = (struct cell_description){.name = options->name,
		.group = options->group,
		.version = options->version,
		.summary = options->summary,
		.init_symbol = options->init_symbol,
		.exit_symbol = options->exit_symbol,
		.cell_class = class_from(options->class_name)};
	derivation->cell.flags = derivation->cell.cell_class == CELL_CLASS_CHECKED ? 0 : CELL_FLAG_TRUSTED;
}

// The hash of what a header says of a symbol: its type and, of a function, its contract.
static struct cell_type_hash interface_hash(const struct debug_type *type, const char *header)
{
	unsigned char *contents, digest[SHA256_SIZE];
	size_t length;
	struct diagnosis why = {};
	struct contracts contracts;
	struct cell_type_hash hash;
	if (type->kind != CELL_SYMBOL_FUNCTION)
		return type->hash;
	if (object_file_read(header, &contents, &length, &why))
		cell_options_bad_input(header, why.message);
	contracts_of_header(&contracts, (const char *)contents, length);
	char *text = list_format("%s%s", type->text, contracts_text(&contracts, type->name));
	sha256_of(text, strlen(text), digest);
	memcpy(hash.bytes, digest, sizeof hash.bytes);
	return hash;
}

static void describe_exports(struct derivation *derivation)
{
	for (size_t i = 0; i < derivation->symbols.exports.symbols.count; i++) {
		const struct object_symbol *symbol = derivation->symbols.exports.symbols.items[i];
		const struct debug_type *type = debug_types_find(&derivation->interface, symbol->name);
		const char *source = object_checks_source_of(&derivation->checks, symbol);
		if (!type) {
			findings_add(&derivation->findings, source,
				"cell %s defines the global symbol %s, which %s does not declare: "
				"make it static, mark it INTERNAL in a private header, or declare it there",
				derivation->options.name, symbol->name, derivation->options.header);
			continue;
		}
		*LIST_ADD(&derivation->cell.exports) = (struct described_symbol){.name = symbol->name,
			.kind = type->kind,
			.hash = interface_hash(type, derivation->options.header)};
	}
}

static void describe_import(
	struct derivation *derivation, const char *symbol, const struct cell_option_dependency *dependency)
{
	const char *name = derivation->options.name;
	const struct debug_type *type = debug_types_find(&derivation->interface, symbol);
	const struct exported_symbol *exported = exports_file_find(&dependency->exports, symbol);
	if (!type) {
		findings_add(&derivation->findings, dependency->header,
			"cell %s uses %s of cell %s, but this header does not declare it as %s sees it", name, symbol,
			dependency->name, name);
		return;
	}
	struct cell_type_hash hash = interface_hash(type, dependency->header);
	if (!cell_metadata_type_hash_equal(hash, exported->hash)) {
		char here[CELL_METADATA_TYPE_HASH_TEXT_SIZE], there[CELL_METADATA_TYPE_HASH_TEXT_SIZE];
		cell_metadata_type_hash_text(hash, here);
		cell_metadata_type_hash_text(exported->hash, there);
		findings_add(&derivation->findings, dependency->header,
			"%s: cell %s sees type hash %s, but cell %s was built with %s: compile both with the same "
			"flags",
			symbol, name, here, dependency->name, there);
	}
	*LIST_ADD(&derivation->cell.imports) = (struct described_symbol){
		.name = symbol, .dependency = dependency->name, .kind = type->kind, .hash = hash};
}

static void describe_imports(struct derivation *derivation)
{
	for (size_t i = 0; i < derivation->symbols.imports.symbols.count; i++) {
		const char *symbol = derivation->symbols.imports.symbols.items[i]->name;
		const struct cell_option_dependency *dependency = cell_options_exporter(&derivation->options, symbol);
		if (dependency) // or else graph_checks says so
			describe_import(derivation, symbol, dependency);
	}
}

static void describe_states(struct derivation *derivation)
{
	for (size_t i = 0; i < derivation->symbols.states.symbols.count; i++) {
		const struct object_symbol *symbol = derivation->symbols.states.symbols.items[i];
		const struct debug_type *type = debug_types_find_symbol(&derivation->variables, symbol->index);
		if (!type || symbol->type != STT_OBJECT) {
			findings_add(&derivation->findings, object_checks_source_of(&derivation->checks, symbol),
				"cell %s: the state %s has no type in the debug information: define it in C",
				derivation->options.name, symbol->name);
			continue;
		}
		*LIST_ADD(&derivation->cell.states) = (struct described_symbol){
			.name = symbol->name, .size_bytes = symbol->size_bytes, .hash = type->hash};
	}
}

static void check_entry(struct derivation *derivation, const char *what, const char *symbol)
{
	if (!symbol[0])
		return;
	for (size_t i = 0; i < derivation->cell.exports.count; i++)
		if (!strcmp(derivation->cell.exports.items[i].name, symbol) &&
			derivation->cell.exports.items[i].kind == CELL_SYMBOL_FUNCTION)
			return;
	findings_add(&derivation->findings, derivation->options.build_file,
		"cell %s: its %s = \"%s\" is no function that it exports: define it and declare it in %s",
		derivation->options.name, what, symbol, derivation->options.header);
}

// The reader has the last word on what was written.
static void write_outputs(const struct derivation *derivation)
{
	struct blob blob = metadata_blob_of(&derivation->cell);
	struct cell_metadata metadata;
	struct diagnosis why = {};
	if (cell_metadata_open(bytes_from(blob.bytes, blob.size_bytes), &metadata, &why))
		cell_options_bad_input(derivation->options.build_file, why.message);
	cell_options_write(derivation->options.blob, blob.bytes, blob.size_bytes);

	struct exports_file exports = {.cell = derivation->options.name, .package = derivation->options.package};
	for (size_t i = 0; i < derivation->cell.exports.count; i++) {
		const struct described_symbol *symbol = &derivation->cell.exports.items[i];
		*LIST_ADD(&exports.symbols) = (struct exported_symbol){symbol->name, symbol->hash, symbol->kind};
	}
	char *text = exports_file_text(&exports);
	cell_options_write(derivation->options.exports, text, strlen(text));
}

int verb_derive(int count, char **arguments)
{
	struct derivation derivation = {};
	cell_options_read(&derivation.options, count, arguments);
	if (!derivation.options.blob || !derivation.options.exports) {
		fprintf(stderr, "cellmeta: error: derive needs --blob and --exports\n");
		return EXIT_USAGE;
	}
	read_inputs(&derivation);
	graph_checks_run(&derivation.options, &derivation.symbols, &derivation.cell, &derivation.findings);
	object_checks_run(&derivation.checks, &derivation.findings);
	describe_exports(&derivation);
	describe_imports(&derivation);
	describe_states(&derivation);
	check_entry(&derivation, "init", derivation.options.init_symbol);
	check_entry(&derivation, "exit", derivation.options.exit_symbol);
	if (findings_print(&derivation.findings))
		return EXIT_FINDINGS;
	write_outputs(&derivation);
	return 0;
}
