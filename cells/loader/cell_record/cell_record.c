#include "cells/loader/cell_record/cell_record.h"

#include "cells/base/panic/panic.h"
#include "cells/loader/cell_relocation/cell_relocation.h"

enum { NUMBERS_STEP = 64 }; // the table of numbers grows and shrinks by so many

struct numbered_cell {
	struct loaded_cell *cell; // null: the number is free
};
SLICE_TYPE(number_slice, struct numbered_cell);

static CELL_STATE_ZERO struct {
	struct heap_object memory; // of the table
	struct number_slice table;
	uint32_t number_limit; // every number in use is below
	uint32_t lowest_free;  // no number below is free
} numbering;

// ---- Numbers ----

struct loaded_cell *cell_record_numbered(uint32_t number)
{
	return number < numbering.number_limit ? ITEM(numbering.table, number).cell : NULL;
}

uint32_t cell_record_number_limit(void)
{
	return numbering.number_limit;
}

static enum status resize_numbers(size_t count)
{
	size_t size_bytes = count * sizeof(struct numbered_cell);
	if (count == 0) {
		numbering.table = (struct number_slice){};
		heap_object_drop_in(&numbering.memory);
		return STATUS_OK;
	}
	if (heap_object_is_empty(&numbering.memory)) {
		OWN(heap_object, memory);
		enum status status = heap_allocate(&memory, size_bytes);
		if (status)
			return status;
		heap_object_put_in(&numbering.memory, &memory);
		heap_object_expect_in(&numbering.memory);
	} else {
		heap_object_expect_in(&numbering.memory);
		TRY(heap_resize(&numbering.memory, size_bytes));
	}
	numbering.table.items = heap_object_at(&numbering.memory, 0, size_bytes, _Alignof(struct numbered_cell));
	numbering.table.count = count;
	return STATUS_OK;
}

enum status cell_record_take_number(struct loaded_cell *cell)
{
	uint32_t number = numbering.lowest_free;
	while (number < numbering.table.count && ITEM(numbering.table, number).cell)
		number++;
	if (number >= CELL_REGISTRY_CELLS_MAX)
		return STATUS_NO_MEMORY;
	if (number >= numbering.table.count)
		TRY(resize_numbers(numbering.table.count + NUMBERS_STEP));
	ITEM(numbering.table, number).cell = cell;
	cell->number = (uint16_t)number;
	numbering.lowest_free = number + 1;
	if (numbering.number_limit <= number)
		numbering.number_limit = number + 1;
	return STATUS_OK;
}

void cell_record_give_number_back(const struct loaded_cell *cell)
{
	ITEM(numbering.table, cell->number).cell = NULL;
	if (cell->number < numbering.lowest_free)
		numbering.lowest_free = cell->number;
	while (numbering.number_limit > 0 && !ITEM(numbering.table, numbering.number_limit - 1).cell)
		numbering.number_limit--;
	size_t needed = (numbering.number_limit + NUMBERS_STEP - 1) / NUMBERS_STEP * NUMBERS_STEP;
	if (needed < numbering.table.count && resize_numbers(needed))
		return; // it stays larger than it need be
}

// ---- Links: a cell's number and one of its edges, plus 1 ----

static uint32_t link_to(const struct loaded_cell *cell, uint32_t edge)
{
	return ((uint32_t)cell->number << 16 | edge) + 1;
}

struct edge_record *cell_record_edge_of(uint32_t link, struct loaded_cell **cell)
{
	struct loaded_cell *owner = cell_record_numbered((link - 1) >> 16);
	if (!owner)
		panic("cell_registry: a link leads to cell number %u, which is not there",
			(unsigned)((link - 1) >> 16));
	*cell = owner;
	return &ITEM(owner->edges, (link - 1) & 0xFFFF);
}

// The section that an edge leads to.
static struct section_record *target_section(const struct edge_record *edge)
{
	struct loaded_cell *cell = cell_record_numbered(edge->to.cell);
	if (!cell)
		panic("cell_registry: an edge leads to cell number %u, which is not there", edge->to.cell);
	return &ITEM(cell->sections, edge->to_section);
}

void cell_record_link_edge(struct loaded_cell *cell, uint32_t index)
{
	struct edge_record *edge = &ITEM(cell->edges, index);
	struct section_record *section = target_section(edge);
	uint32_t link = link_to(cell, index);
	struct loaded_cell *owner = NULL;
	edge->previous_user = 0;
	edge->next_user = section->first_user;
	if (edge->next_user)
		cell_record_edge_of(edge->next_user, &owner)->previous_user = link;
	section->first_user = link;
}

static void unlink_edge(struct edge_record *edge)
{
	struct loaded_cell *owner = NULL;
	if (edge->next_user)
		cell_record_edge_of(edge->next_user, &owner)->previous_user = edge->previous_user;
	if (edge->previous_user)
		cell_record_edge_of(edge->previous_user, &owner)->next_user = edge->next_user;
	else
		target_section(edge)->first_user = edge->next_user;
	edge->next_user = 0;
	edge->previous_user = 0;
}

void cell_record_unlink_edges(struct loaded_cell *cell)
{
	for (uint32_t edge = 0; edge < cell->edge_count; edge++)
		unlink_edge(&ITEM(cell->edges, edge));
	cell->edge_count = 0;
}

uint32_t cell_record_edges_end(const struct loaded_cell *cell, uint32_t section)
{
	return section + 1 < cell->sections.count ? ITEM(cell->sections, section + 1).first_edge : cell->edge_count;
}

uint32_t cell_record_relocations_end(const struct loaded_cell *cell, uint32_t section)
{
	return section + 1 < cell->sections.count ? ITEM(cell->sections, section + 1).first_relocation
						  : cell->relocation_count;
}

// ---- Sections and exports ----

struct text cell_record_section_name(const struct loaded_cell *cell, uint32_t section)
{
	uint32_t offset = ITEM(cell->sections, section).place.name_offset;
	struct bytes rest;
	if (bytes_slice(cell->section_names, offset, cell->section_names.size_bytes - offset, &rest))
		return TEXT("");
	return text_from_array((const char *)rest.data, rest.size_bytes);
}

bool cell_record_is_unwind_table(struct text section_name)
{
	return text_equal(section_name, TEXT(".eh_frame")) || text_starts_with(section_name, TEXT(".gcc_except_table"));
}

uint64_t cell_record_export_address(const struct loaded_cell *cell, uint32_t index)
{
	const struct export_record *record = &ITEM(cell->exports, index);
	return ITEM(cell->sections, record->section).place.address + record->offset;
}

enum status cell_record_find_section(const struct loaded_cell *cell, uint32_t elf_index, uint32_t *section)
{
	for (uint32_t index = 0; index < cell->sections.count; index++) {
		if (ITEM(cell->sections, index).elf_index != elf_index)
			continue;
		*section = index;
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

// A kind as it is kept: its place in this list.
static const uint8_t kept_kinds[] = {
	CELL_RELOCATION_64, CELL_RELOCATION_PC32, CELL_RELOCATION_PLT32, CELL_RELOCATION_32, CELL_RELOCATION_32S};

unsigned cell_record_kept_kind(uint32_t kind)
{
	for (unsigned code = 0; code < COUNT_OF(kept_kinds); code++) {
		if (AT(kept_kinds, code) == kind)
			return code;
	}
	panic("cell_registry: relocation kind %u cannot be kept", (unsigned)kind);
}

uint32_t cell_record_kind_of(uint16_t binding)
{
	return AT(kept_kinds, (unsigned)binding >> BINDING_EDGE_BITS);
}
