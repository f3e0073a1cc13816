#include "tools/cellmeta/verbs.h"

#include "tools/cellmeta/cell_options.h"
#include "tools/cellmeta/cell_symbols.h"
#include "tools/cellmeta/debug_types.h"

// One source per header: the types in it are those that this header shows, and no other header can complete them.
static void write_source(
	const struct cell_options *options, const char *stem, const char *header, const struct text_buffer *references)
{
	struct text_buffer source = {};
	if (!references->length)
		return;
	text_buffer_format(&source, "#include \"%s\"\n%s", header, references->characters);
	cell_options_write(list_format("%s/%s.c", options->directory, stem), source.characters, source.length);
}

static void add_reference(const struct cell_options *options, const char *symbol, struct text_buffer *references)
{
	if (!cell_options_is_undeclared(options, symbol))
		text_buffer_format(references, "__typeof__(%s) *const __attribute__((used)) %s%s = &%s;\n", symbol,
			DEBUG_TYPES_REFERENCE_PREFIX, symbol, symbol);
}

int verb_interface(int count, char **arguments)
{
	struct cell_options options;
	struct object_file object;
	struct diagnosis why = {};
	cell_options_read(&options, count, arguments);
	if (object_file_open(options.merged, &object, &why))
		cell_options_bad_input(options.merged, why.message);
	struct cell_symbols symbols = cell_symbols_of(&object);

	struct text_buffer own = {};
	for (size_t i = 0; i < symbols.exports.symbols.count; i++)
		add_reference(&options, symbols.exports.symbols.items[i]->name, &own);
	write_source(&options, "own", options.header, &own);

	for (size_t d = 0; d < options.dependencies.count; d++) {
		const struct cell_option_dependency *dependency = &options.dependencies.items[d];
		struct text_buffer imported = {};
		for (size_t i = 0; i < symbols.imports.symbols.count; i++) {
			const char *symbol = symbols.imports.symbols.items[i]->name;
			if (cell_options_exporter(&options, symbol) == dependency)
				add_reference(&options, symbol, &imported);
		}
		write_source(&options, list_format("dep.%s", dependency->name), dependency->header, &imported);
	}
	return 0;
}
