// Names for addresses: the symbols of a cell's object, local ones too, joined with where its sections are.
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_registry/registry_internal.h"

// What the compiler adds beside functions: the type check's prefix, the table of clean-ups.
static bool is_compilers_own(struct text name)
{
	return text_starts_with(name, TEXT("__cfi_")) || text_starts_with(name, TEXT("GCC_except_table"));
}

bool cell_registry_names_something(const struct elf_object *object, const struct elf_symbol *symbol)
{
	struct text name = elf_object_symbol_name(object, symbol);
	if (is_compilers_own(name))
		return false;
	return (symbol->type == ELF_SYMBOL_FUNCTION || symbol->type == ELF_SYMBOL_OBJECT ||
		       symbol->type == ELF_SYMBOL_NONE) &&
	       symbol->section != ELF_SECTION_UNDEFINED && name.length > 0;
}

void cell_registry_view_symbol(const struct loaded_cell *cell, uint32_t section, const struct elf_object *object,
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

// Of the symbols that begin at or before the offset the last one; a function or variable goes before a plain label.
static bool is_better(const struct elf_symbol *symbol, const struct elf_symbol *best)
{
	if (symbol->value != best->value)
		return symbol->value > best->value;
	return best->type == ELF_SYMBOL_NONE && symbol->type != ELF_SYMBOL_NONE;
}

bool cell_registry_symbolize(uint64_t address, struct cell_symbol_view *view)
{
	uint32_t section = 0;
	const struct loaded_cell *cell = cell_registry_record_at(address, &section);
	if (!cell)
		return false;
	const struct section_record *record = &ITEM(cell->sections, section);
	uint64_t offset = address - record->place.address;
	*view = (struct cell_symbol_view){
		.cell = cell->name,
		.name = cell_record_section_name(cell, section),
		.section = cell_record_section_name(cell, section),
		.address = record->place.address,
		.size_bytes = record->place.size_bytes,
		.offset_bytes = offset,
	};
	struct elf_object object;
	if (elf_object_open(cell->object, &object, NULL))
		return true;
	struct elf_symbol best = {};
	for (uint32_t index = 1; index < object.symbol_count; index++) {
		struct elf_symbol symbol;
		elf_object_symbol(&object, index, &symbol);
		if (!cell_registry_names_something(&object, &symbol) || symbol.section != record->elf_index ||
			symbol.value > offset)
			continue;
		if (best.index == 0 || is_better(&symbol, &best))
			best = symbol;
	}
	if (best.index == 0)
		return true;
	cell_registry_view_symbol(cell, section, &object, &best, view);
	view->offset_bytes = offset - best.value;
	return true;
}
