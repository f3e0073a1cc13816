// The unwind tables of nano_core's cells: taken from the archive's objects, bound to where the cells lie.
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_relocation/cell_relocation.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/loader/elf_object/elf_object.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/unwind/cell_frames/cell_frames_internal.h"

// What was made for one cell; a list.
struct static_frames {
	struct heap_object own; // this very memory
	struct mapped_pages pages;
	const struct debugger_cell *cell;
	struct static_frames *next;
};

SLICE_TYPE(address_slice, uint64_t);

static CELL_STATE_ZERO struct static_frames *made;

// Where each section of the object lies; 0: nowhere.
static enum status find_addresses(struct text cell_name, struct address_slice addresses)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find(&cell, cell_name);
	if (status)
		return status;
	struct cell_view view;
	cell_reference_view(&cell, &view);
	for (uint32_t index = 0; index < view.section_count; index++) {
		struct cell_section_view section;
		cell_reference_section(&cell, index, &section);
		ITEM(addresses, section.elf_index) = section.address;
	}
	return STATUS_OK;
}

static enum status find_relocations(const struct elf_object *object, uint32_t of, struct elf_section *relocations)
{
	for (uint32_t index = 1; index < object->section_count; index++) {
		elf_object_section(object, index, relocations);
		if (relocations->type == ELF_SECTION_RELOCATIONS && relocations->info == of)
			return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

// Binds what leads to a section of the cell itself. What leads elsewhere (the personality) is not used and stays 0.
static enum status bind(const struct elf_object *object, const struct elf_section *relocations,
	struct address_slice addresses, struct bytes_mut table, uint64_t table_address, struct diagnosis *why)
{
	for (uint32_t number = 0; number < elf_section_relocation_count(relocations); number++) {
		struct elf_relocation relocation;
		struct elf_symbol symbol;
		elf_section_relocation(relocations, number, &relocation);
		elf_object_symbol(object, relocation.symbol, &symbol);
		if (symbol.section == ELF_SECTION_UNDEFINED || symbol.section >= addresses.count ||
			ITEM(addresses, symbol.section) == 0)
			continue;
		TRY(cell_relocation_apply(table, table_address, relocation.kind, relocation.offset,
			ITEM(addresses, symbol.section) + symbol.value, relocation.addend, why));
	}
	return STATUS_OK;
}

static enum status keep(const struct debugger_cell *cell, struct mapped_pages_mut *pages) CONSUMES(pages)
{
	OWN(mapped_pages, frozen);
	mapped_pages_mut_freeze(pages, &frozen);
	OWN(heap_object, memory);
	enum status status = heap_allocate(&memory, sizeof(struct static_frames));
	if (status)
		return status;
	struct static_frames *frames = HEAP_AS(struct static_frames, &memory);
	mapped_pages_put_in(&frames->pages, &frozen);
	heap_object_put_in(&frames->own, &memory);
	frames->cell = cell;
	frames->next = made;
	made = frames;
	return STATUS_OK;
}

// The table of the opened object in pages of its own, within reach of the code.
static enum status copy_and_bind(const struct debugger_cell *cell, const struct elf_object *object,
	const struct elf_section *section, struct address_slice addresses, struct frame_table *table,
	struct diagnosis *why)
{
	OWN(mapped_pages_mut, pages);
	enum status status = mapped_pages_mut_allocate(&pages, section->size_bytes, PAGE_REGION_CELLS);
	if (status)
		return status;
	struct bytes_mut content = mapped_pages_mut_bytes(&pages);
	uint64_t address = mapped_pages_mut_start_address(&pages);
	bytes_copy(content, section->content);
	struct elf_section relocations;
	status = find_relocations(object, section->index, &relocations);
	if (!status)
		status = bind(object, &relocations, addresses, content, address, why);
	if (status)
		return status;
	*table = (struct frame_table){bytes_of_mut(content), address};
	return keep(cell, &pages);
}

enum status cell_frames_make_static(const struct debugger_cell *cell, struct frame_table *table, struct diagnosis *why)
{
	struct text cell_name = text_from(cell->name);
	struct bytes file;
	struct elf_object object;
	struct elf_section section;
	TRY(cell_loader_object(cell_name, &file));
	TRY(elf_object_open(file, &object, why));
	TRY(elf_object_find_section(&object, TEXT(".eh_frame"), &section));
	OWN(heap_object, memory);
	size_t size_bytes = object.section_count * sizeof(uint64_t);
	enum status status = heap_allocate(&memory, size_bytes);
	if (status)
		return status;
	struct address_slice addresses = {
		heap_object_at(&memory, 0, size_bytes, _Alignof(uint64_t)), object.section_count};
	status = find_addresses(cell_name, addresses);
	if (status)
		return status;
	return copy_and_bind(cell, &object, &section, addresses, table, why);
}

void cell_frames_drop_static(const struct debugger_cell *cell)
{
	struct static_frames **link = &made;
	while (*link && (*link)->cell != cell)
		link = &(*link)->next;
	struct static_frames *frames = *link;
	if (!frames)
		return;
	*link = frames->next;
	mapped_pages_expect_in(&frames->pages);
	frame_index_remove(mapped_pages_start_address(&frames->pages));
	mapped_pages_drop_in(&frames->pages);
	OWN(heap_object, memory); // holds its own handle: goes last
	heap_object_take_out(&memory, &frames->own);
}
