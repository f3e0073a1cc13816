// The symbols of a cell's object, local ones too, joined with where its sections are.
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_view/cell_view.h"

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
		if (!cell_registry_names_something(&walk->object, &symbol) ||
			cell_record_find_section(cell, symbol.section, &section))
			continue;
		cell_registry_view_symbol(cell, section, &walk->object, &symbol, view);
		return STATUS_OK;
	}
	return STATUS_END;
}
