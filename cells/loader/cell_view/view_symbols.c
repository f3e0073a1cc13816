// Names for addresses: the symbols of a cell's object, local ones too, joined with where its sections are.
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_view/cell_view.h"

// What the compiler adds beside functions: the type check's prefix, the table of clean-ups.
static bool is_compilers_own(struct text name)
{
	return text_starts_with(name, TEXT("__cfi_")) || text_starts_with(name, TEXT("GCC_except_table"));
}

static bool names_something(const struct elf_object *object, const struct elf_symbol *symbol)
{
	struct text name = elf_object_symbol_name(object, symbol);
	if (is_compilers_own(name))
		return false;
	return (symbol->type == ELF_SYMBOL_FUNCTION || symbol->type == ELF_SYMBOL_OBJECT ||
		       symbol->type == ELF_SYMBOL_NONE) &&
	       symbol->section != ELF_SECTION_UNDEFINED && name.length > 0;
}

static void view_symbol(const struct loaded_cell *cell, uint32_t section, const struct elf_object *object,
	const struct elf_symbol *symbol, struct cell_symbol_view *view)
{
	*view = (struct cell_symbol_view){
		.cell = cell->name,
		.name = elf_object_symbol_name(object, symbol),
		.section = cell_record_section_name(cell, section),
		.address = ITEM(cell->sections, section).place.address + symbol->value,
		.size_bytes = symbol->size_bytes,
		.is_function = symbol->type == ELF_SYMBOL_FUNCTION,
		.is_exported = symbol->binding != ELF_BINDING_LOCAL && !symbol->hidden,
	};
}

enum status cell_reference_next_symbol(
	const struct cell_reference *reference, struct cell_symbol_walk *walk, struct cell_symbol_view *view)
{
	const struct loaded_cell *cell = cell_registry_record(reference);
	if (walk->next == 0)
		TRY(elf_object_open(cell->object, &walk->object, NULL));
	while (walk->next + 1 < walk->object.symbol_count) {
		struct elf_symbol symbol;
		elf_object_symbol(&walk->object, ++walk->next, &symbol);
		uint32_t section = 0;
		if (!names_something(&walk->object, &symbol) ||
			cell_record_find_section(cell, symbol.section, &section))
			continue;
		view_symbol(cell, section, &walk->object, &symbol, view);
		return STATUS_OK;
	}
	return STATUS_END;
}
