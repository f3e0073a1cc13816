// Looking at cells: what a record says, and what the memory says.
#include "cells/loader/cell_view/cell_view.h"

#include "cells/loader/cell_memory/cell_memory.h"
#include "cells/loader/cell_record/cell_record.h"
#include "cells/loader/cell_relocation/cell_relocation.h"

// ---- Cells and sections ----

static uint64_t size_of_record(const struct loaded_cell *cell)
{
	uint64_t size_bytes = 0;
	if (!heap_object_is_empty(&cell->memory)) {
		heap_object_expect_in(&cell->memory);
		size_bytes += heap_object_size_bytes(&cell->memory);
	}
	if (!heap_object_is_empty(&cell->edge_memory)) {
		heap_object_expect_in(&cell->edge_memory);
		size_bytes += heap_object_size_bytes(&cell->edge_memory);
	}
	if (!heap_object_is_empty(&cell->range_memory)) {
		heap_object_expect_in(&cell->range_memory);
		size_bytes += heap_object_size_bytes(&cell->range_memory);
	}
	return size_bytes;
}

static uint64_t unwind_bytes_of(const struct loaded_cell *cell)
{
	uint64_t sum = 0;
	for (uint32_t section = 0; section < cell->sections.count; section++) {
		if (cell_record_is_unwind_table(cell_record_section_name(cell, section)))
			sum += ITEM(cell->sections, section).place.size_bytes;
	}
	return sum;
}

static uint64_t slack_of_pages(size_t page_count, uint64_t used_bytes)
{
	return page_count * PAGE_SIZE_BYTES - used_bytes;
}

// A mapping holds the sections of one kind.
static uint64_t slack_bytes_of(const struct loaded_cell *cell, const uint64_t (*used)[CELL_SECTION_KIND_COUNT])
{
	uint64_t sum = 0;
	if (!mapped_pages_exec_is_empty(&cell->text)) {
		mapped_pages_exec_expect_in(&cell->text);
		sum += slack_of_pages(mapped_pages_exec_page_count(&cell->text), AT(*used, CELL_SECTION_TEXT));
	}
	if (!mapped_pages_is_empty(&cell->rodata)) {
		mapped_pages_expect_in(&cell->rodata);
		sum += slack_of_pages(mapped_pages_page_count(&cell->rodata), AT(*used, CELL_SECTION_RODATA));
	}
	if (!mapped_pages_mut_is_empty(&cell->data)) {
		mapped_pages_mut_expect_in(&cell->data);
		sum += slack_of_pages(mapped_pages_mut_page_count(&cell->data), AT(*used, CELL_SECTION_DATA));
	}
	if (!mapped_pages_mut_is_empty(&cell->state)) {
		mapped_pages_mut_expect_in(&cell->state);
		sum += slack_of_pages(mapped_pages_mut_page_count(&cell->state), AT(*used, CELL_SECTION_STATE));
	}
	return sum;
}

static void count_bytes(const struct loaded_cell *cell, uint64_t (*used)[CELL_SECTION_KIND_COUNT])
{
	for (uint32_t section = 0; section < cell->sections.count; section++) {
		const struct section_record *record = &ITEM(cell->sections, section);
		AT(*used, record->kind) += record->place.size_bytes;
	}
}

void cell_reference_view(const struct cell_reference *reference, struct cell_view *view)
{
	const struct loaded_cell *cell = cell_registry_record(reference);
	*view = (struct cell_view){
		.name = cell->name,
		.cell_class = (enum cell_class)cell->cell_class,
		.section_count = (uint32_t)cell->sections.count,
		.export_count = (uint32_t)cell->exports.count,
		.edge_count = cell->edge_count,
		.relocation_count = cell->relocation_count,
		.reference_count = cell->reference_count,
		.number = cell->number,
		.name_space = cell->name_space,
		.is_static = cell->is_static,
		.is_started = cell->is_started,
		.record_size_bytes = size_of_record(cell),
	};
	for (uint32_t section = 0; section < cell->sections.count; section++) {
		const struct section_record *record = &ITEM(cell->sections, section);
		if (AT(view->start_addresses, record->kind) == 0)
			AT(view->start_addresses, record->kind) = record->place.address;
	}
	count_bytes(cell, &view->size_bytes);
	view->unwind_bytes = unwind_bytes_of(cell);
	view->slack_bytes = slack_bytes_of(cell, &view->size_bytes);
	struct cell_metadata metadata;
	if (cell_metadata_open(cell->metadata, &metadata, NULL))
		return; // it was judged when the cell was loaded
	view->dependency_count = metadata.dependency_count;
	view->group = metadata.group;
	view->version = metadata.version;
	view->summary = metadata.summary;
	view->init_symbol = metadata.init_symbol;
	view->exit_symbol = metadata.exit_symbol;
	view->build_id = metadata.build_id;
}

enum status cell_reference_dependency(
	const struct cell_reference *reference, uint32_t index, struct cell_dependency *dependency)
{
	struct cell_metadata metadata;
	TRY(cell_metadata_open(cell_registry_record(reference)->metadata, &metadata, NULL));
	if (index >= metadata.dependency_count)
		return STATUS_NOT_FOUND;
	*dependency = cell_metadata_dependency(&metadata, index);
	return STATUS_OK;
}

static uint32_t count_users(const struct section_record *section)
{
	uint32_t count = 0;
	for (uint32_t link = section->first_user; link; count++) {
		struct loaded_cell *user = NULL;
		link = cell_record_edge_of(link, &user)->next_user;
	}
	return count;
}

void cell_reference_section(const struct cell_reference *reference, uint32_t index, struct cell_section_view *view)
{
	const struct loaded_cell *cell = cell_registry_record(reference);
	const struct section_record *record = &ITEM(cell->sections, index);
	*view = (struct cell_section_view){
		.name = cell_record_section_name(cell, index),
		.address = record->place.address,
		.size_bytes = record->place.size_bytes,
		.kind = (enum cell_section_kind)record->kind,
		.edge_count = cell_record_edges_end(cell, index) - record->first_edge,
		.relocation_count = cell_record_relocations_end(cell, index) - record->first_relocation,
		.user_count = count_users(record),
		.elf_index = record->elf_index,
	};
}

// ---- Edges, as they are in memory ----

static struct text name_of_export_at(const struct loaded_cell *cell, uint32_t expected, uint64_t address)
{
	if (expected < cell->exports.count && cell_record_export_address(cell, expected) == address)
		return name_table_name(&cell->export_names, expected);
	for (uint32_t index = 0; index < cell->exports.count; index++) {
		if (cell_record_export_address(cell, index) == address)
			return name_table_name(&cell->export_names, index);
	}
	return TEXT("");
}

// Where the record says that the edge leads.
static uint64_t recorded_address(const struct loaded_cell *cell, const struct edge_record *edge)
{
	if (edge->to.cell == cell->number)
		return ITEM(cell->sections, edge->to_section).place.address;
	const struct loaded_cell *to = cell_record_numbered(edge->to.cell);
	return to ? cell_record_export_address(to, edge->to.index) : 0;
}

static void view_edge(const struct loaded_cell *cell, uint32_t index, struct cell_edge_view *view)
{
	const struct edge_record *edge = &ITEM(cell->edges, index);
	const struct section_record *from = &ITEM(cell->sections, edge->from_section);
	struct bytes memory = cell_memory_view(from->place.address, from->place.size_bytes);
	*view = (struct cell_edge_view){
		.from_cell = cell->name,
		.from_section = cell_record_section_name(cell, edge->from_section),
		.as_recorded = true,
	};
	uint64_t expected = recorded_address(cell, edge);
	uint64_t found = 0;
	uint32_t end = cell_record_relocations_end(cell, edge->from_section);
	for (uint32_t relocation = from->first_relocation; relocation < end; relocation++) {
		uint16_t binding = ITEM(cell->bindings, relocation);
		if (from->first_edge + (binding & ((1U << BINDING_EDGE_BITS) - 1)) != index)
			continue;
		view->relocation_count++;
		uint64_t address = 0;
		if (cell_relocation_read(memory, from->place.address, cell_record_kind_of(binding),
			    ITEM(cell->offsets, relocation), ITEM(cell->addends, relocation), &address))
			address = 0;
		view->as_recorded = view->as_recorded && address == expected;
		found = address == expected && found != 0 ? found : address;
	}
	uint32_t section = 0;
	const struct loaded_cell *to = cell_registry_record_at(found, &section);
	if (!to)
		return;
	view->to_cell = to->name;
	view->to_section = cell_record_section_name(to, section);
	if (to != cell)
		view->symbol = name_of_export_at(to, edge->to.index, found);
}

void cell_reference_edge(const struct cell_reference *reference, uint32_t index, struct cell_edge_view *view)
{
	view_edge(cell_registry_record(reference), index, view);
}

// The first link at or after what the walk has reached: of this section, or of the next that has one.
static uint32_t next_link(const struct loaded_cell *cell, struct cell_user_walk *walk)
{
	if (!walk->started) {
		walk->started = true;
		walk->link = cell->sections.count > 0 ? ITEM(cell->sections, 0).first_user : 0;
	}
	while (walk->link == 0 && walk->section + 1 < cell->sections.count) {
		walk->section++;
		walk->link = ITEM(cell->sections, walk->section).first_user;
	}
	return walk->link;
}

enum status cell_reference_next_user(
	const struct cell_reference *reference, struct cell_user_walk *walk, struct cell_edge_view *view)
{
	const struct loaded_cell *cell = cell_registry_record(reference);
	for (uint32_t link = next_link(cell, walk); link != 0; link = next_link(cell, walk)) {
		struct loaded_cell *user = NULL;
		const struct edge_record *edge = cell_record_edge_of(link, &user);
		walk->link = edge->next_user;
		if (user == cell)
			continue;
		view_edge(user, (link - 1) & 0xFFFF, view);
		return STATUS_OK;
	}
	return STATUS_END;
}

struct cell_registry_statistics cell_registry_statistics(void)
{
	struct cell_registry_statistics sum = {};
	for (uint32_t number = 0; number < cell_record_number_limit(); number++) {
		const struct loaded_cell *cell = cell_record_numbered(number);
		if (!cell)
			continue;
		sum.cells++;
		sum.sections += cell->sections.count;
		sum.edges += cell->edge_count;
		sum.relocations += cell->relocation_count;
		sum.record_bytes += size_of_record(cell);
		uint64_t used[CELL_SECTION_KIND_COUNT] = {};
		count_bytes(cell, &used);
		for (unsigned kind = 0; kind < CELL_SECTION_KIND_COUNT; kind++)
			sum.section_bytes += AT(used, kind);
		sum.unwind_bytes += unwind_bytes_of(cell);
		sum.slack_bytes += slack_bytes_of(cell, &used);
	}
	return sum;
}

enum status cell_reference_next_pointer(const struct cell_reference *reference, const struct cell_pointer **walk)
{
	const struct cell_pointer *next = cell_registry_next_pointer(cell_registry_record(reference), *walk);
	if (!next)
		return STATUS_END;
	*walk = next;
	return STATUS_OK;
}

void cell_view_pointer(const struct cell_pointer *pointer, struct cell_pointer_view *view)
{
	uint32_t section = 0;
	const struct loaded_cell *keeper =
		cell_registry_record_at(cell_memory_address(cell_pointer_place(pointer)), &section);
	struct cell_symbol_view symbol = {};
	bool is_known = cell_registry_symbolize(cell_memory_address(cell_pointer_target(pointer)), &symbol);
	*view = (struct cell_pointer_view){
		.holder = text_from_array(pointer->holder, sizeof pointer->holder),
		.holder_cell = keeper ? keeper->name : TEXT(""),
		.symbol = is_known ? symbol.name : TEXT(""),
	};
}
