// Building a record: sections, exports, edges and the relocations that were bound.
#include "cells/loader/cell_registry/cell_registry.h"

#include "cells/base/panic/panic.h"
#include "cells/loader/cell_registry/registry_internal.h"

enum { EDGES_FIRST = 16 }; // room for so many at first, then twice as many each time

// ---- Building ----

uint16_t cell_registration_number(const struct cell_registration *registration)
{
	return registration->cell->number;
}

void cell_registration_set_section(
	struct cell_registration *registration, uint32_t index, const struct cell_section_plan *plan)
{
	ITEM(registration->cell->sections, index) = (struct section_record){
		.place = {plan->address, (uint32_t)plan->size_bytes, plan->name_offset},
		.elf_index = (uint16_t)plan->elf_index,
		.kind = (uint8_t)plan->kind,
	};
}

enum status cell_registration_set_export(
	struct cell_registration *registration, uint32_t index, uint32_t section, uint64_t offset)
{
	struct loaded_cell *cell = registration->cell;
	struct export_record *record = &ITEM(cell->exports, index);
	if (record->placed)
		return STATUS_EXISTS;
	(void)ITEM(cell->sections, section);
	*record = (struct export_record){(uint32_t)offset, (uint16_t)section, 1};
	return STATUS_OK;
}

void cell_registration_begin_section(struct cell_registration *registration, uint32_t section)
{
	struct loaded_cell *cell = registration->cell;
	ITEM(cell->sections, section).first_edge = (uint16_t)cell->edge_count;
	ITEM(cell->sections, section).first_relocation = cell->relocation_count;
	cell->building_section = section;
}

static enum status make_room(struct loaded_cell *cell)
{
	size_t count = cell->edges.count == 0 ? EDGES_FIRST : cell->edges.count * 2;
	if (heap_object_is_empty(&cell->edge_memory)) {
		OWN(heap_object, memory);
		enum status status = heap_allocate(&memory, count * sizeof(struct edge_record));
		if (status)
			return status;
		heap_object_put_in(&cell->edge_memory, &memory);
	}
	heap_object_expect_in(&cell->edge_memory);
	TRY(heap_resize(&cell->edge_memory, count * sizeof(struct edge_record)));
	cell->edges.items =
		heap_object_at(&cell->edge_memory, 0, count * sizeof(struct edge_record), _Alignof(struct edge_record));
	cell->edges.count = count;
	return STATUS_OK;
}

enum status cell_registration_add_edge(
	struct cell_registration *registration, struct cell_target target, uint32_t *edge, struct diagnosis *why)
{
	struct loaded_cell *cell = registration->cell;
	uint32_t index = cell->edge_count;
	uint32_t first = ITEM(cell->sections, cell->building_section).first_edge;
	if (index - first >= CELL_REGISTRY_SECTION_EDGES_MAX || index >= CELL_REGISTRY_EDGES_MAX)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"section %.*s uses more than %u others, or the cell has more than %u uses",
			TEXT_ARGUMENTS(cell_record_section_name(cell, cell->building_section)),
			(unsigned)CELL_REGISTRY_SECTION_EDGES_MAX, (unsigned)CELL_REGISTRY_EDGES_MAX);
	if (index >= cell->edges.count && make_room(cell))
		return diagnosis_set(
			why, STATUS_NO_MEMORY, "no memory for the edges of cell %.*s", TEXT_ARGUMENTS(cell->name));

	const struct loaded_cell *to = cell_record_numbered(target.cell);
	if (!to)
		panic("cell_registry: an edge to cell number %u, which is not there", target.cell);
	ITEM(cell->edges, index) = (struct edge_record){
		.from_section = (uint16_t)cell->building_section,
		.to_section = to == cell ? target.index : ITEM(to->exports, target.index).section,
		.to = target,
	};
	cell_record_link_edge(cell, index);
	cell->edge_count = index + 1;
	*edge = index;
	return STATUS_OK;
}

enum status cell_registration_keep(struct cell_registration *registration, uint32_t edge, uint32_t kind,
	uint64_t offset, int64_t addend, struct diagnosis *why)
{
	struct loaded_cell *cell = registration->cell;
	if (addend != (int32_t)addend)
		return diagnosis_set(why, STATUS_OUT_OF_RANGE,
			"the addend %lld at %#llx of section %.*s is beyond 32 bits", (long long)addend,
			(unsigned long long)offset,
			TEXT_ARGUMENTS(cell_record_section_name(cell, cell->building_section)));
	uint32_t first_edge = ITEM(cell->sections, cell->building_section).first_edge;
	uint32_t index = cell->relocation_count;
	ITEM(cell->offsets, index) = (uint32_t)offset;
	ITEM(cell->addends, index) = (int32_t)addend;
	ITEM(cell->bindings, index) =
		(uint16_t)(cell_record_kept_kind(kind) << BINDING_EDGE_BITS | (edge - first_edge));
	cell->relocation_count = index + 1;
	return STATUS_OK;
}

// ---- Memory ----

void cell_registration_own_text(struct cell_registration *registration, struct mapped_pages_exec *pages)
{
	mapped_pages_exec_put_in(&registration->cell->text, pages);
}

void cell_registration_own_rodata(struct cell_registration *registration, struct mapped_pages *pages)
{
	mapped_pages_put_in(&registration->cell->rodata, pages);
}

void cell_registration_own_data(struct cell_registration *registration, struct mapped_pages_mut *pages)
{
	mapped_pages_mut_put_in(&registration->cell->data, pages);
}

void cell_registration_own_state(struct cell_registration *registration, struct mapped_pages_mut *pages)
{
	mapped_pages_mut_put_in(&registration->cell->state, pages);
}
