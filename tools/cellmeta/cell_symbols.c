#include "tools/cellmeta/cell_symbols.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

bool cell_symbols_is_compilers(const char *name)
{
	return !strncmp(name, "__cfi_", 6) || !strncmp(name, "__kcfi_typeid_", 14);
}

bool cell_symbols_is_state_section(const struct object_section *section)
{
	return !strcmp(section->name, ".cell_state") || !strcmp(section->name, ".bss.cell_state");
}

const struct object_section *cell_symbols_section(const struct object_file *object, const struct object_symbol *symbol)
{
	bool special = symbol->section == SHN_UNDEF || symbol->section >= SHN_LORESERVE;
	return special ? nullptr : &object->sections[symbol->section];
}

static int by_name(const void *a, const void *b)
{
	const struct object_symbol *const *first = a, *const *second = b;
	int order = strcmp((*first)->name, (*second)->name);
	return order ? order : ((*first)->index > (*second)->index) - ((*first)->index < (*second)->index);
}

static void sort(struct symbol_list *list)
{
	if (list->symbols.count)
		qsort(list->symbols.items, list->symbols.count, sizeof list->symbols.items[0], by_name);
}

struct cell_symbols cell_symbols_of(const struct object_file *object)
{
	struct cell_symbols found = {};
	for (size_t i = 0; i < object->symbols.count; i++) {
		const struct object_symbol *symbol = &object->symbols.items[i];
		const struct object_section *section = cell_symbols_section(object, symbol);
		bool thing = symbol->type != STT_SECTION && symbol->type != STT_FILE && symbol->name[0];
		if (!thing || cell_symbols_is_compilers(symbol->name))
			continue;
		bool hidden = symbol->visibility == STV_HIDDEN || symbol->visibility == STV_INTERNAL;
		if (symbol->section == SHN_UNDEF)
			*LIST_ADD(&found.imports.symbols) = symbol;
		else if (symbol->binding != STB_LOCAL && !hidden)
			*LIST_ADD(&found.exports.symbols) = symbol;
		if (section && cell_symbols_is_state_section(section))
			*LIST_ADD(&found.states.symbols) = symbol;
	}
	sort(&found.exports);
	sort(&found.imports);
	sort(&found.states);
	return found;
}
