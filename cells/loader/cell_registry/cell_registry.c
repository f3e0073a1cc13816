// The set of loaded cells: numbers, addresses, and how a cell comes in and goes.
#include "cells/loader/cell_registry/cell_registry.h"

#include "cells/base/panic/panic.h"
#include "cells/loader/cell_registry/registry_internal.h"

enum { NUMBERS_STEP = 64 }; // the table of numbers grows and shrinks by so many

struct numbered_cell {
	struct loaded_cell *cell; // null: the number is free
};
SLICE_TYPE(number_slice, struct numbered_cell);

static CELL_STATE_ZERO struct {
	struct heap_object numbers;
	uint32_t number_limit; // every number in use is below
	uint32_t lowest_free;  // no number below is free
	struct tree by_address;
	struct loaded_cell *newest;
} registry;

// ---- Numbers ----

static struct number_slice numbers(void)
{
	if (heap_object_is_empty(&registry.numbers))
		return (struct number_slice){};
	heap_object_expect_in(&registry.numbers);
	size_t size_bytes = heap_object_size_bytes(&registry.numbers);
	return (struct number_slice){
		.items = heap_object_at(&registry.numbers, 0, size_bytes, _Alignof(struct numbered_cell)),
		.count = size_bytes / sizeof(struct numbered_cell),
	};
}

struct loaded_cell *registry_cell_numbered(uint32_t number)
{
	struct number_slice table = numbers();
	return number < registry.number_limit ? ITEM(table, number).cell : NULL;
}

uint32_t registry_number_limit(void)
{
	return registry.number_limit;
}

static enum status resize_numbers(size_t count)
{
	size_t size_bytes = count * sizeof(struct numbered_cell);
	if (count == 0) {
		heap_object_drop_in(&registry.numbers);
		return STATUS_OK;
	}
	if (heap_object_is_empty(&registry.numbers)) {
		OWN(heap_object, memory);
		enum status status = heap_allocate(&memory, size_bytes);
		if (status)
			return status;
		heap_object_put_in(&registry.numbers, &memory);
		return STATUS_OK;
	}
	heap_object_expect_in(&registry.numbers);
	return heap_resize(&registry.numbers, size_bytes);
}

static enum status take_number(struct loaded_cell *cell)
{
	struct number_slice table = numbers();
	uint32_t number = registry.lowest_free;
	while (number < table.count && ITEM(table, number).cell)
		number++;
	if (number >= CELL_REGISTRY_CELLS_MAX)
		return STATUS_NO_MEMORY;
	if (number >= table.count) {
		TRY(resize_numbers(table.count + NUMBERS_STEP));
		table = numbers();
	}
	ITEM(table, number).cell = cell;
	cell->number = (uint16_t)number;
	registry.lowest_free = number + 1;
	if (registry.number_limit <= number)
		registry.number_limit = number + 1;
	return STATUS_OK;
}

static void give_number_back(const struct loaded_cell *cell)
{
	struct number_slice table = numbers();
	ITEM(table, cell->number).cell = NULL;
	if (cell->number < registry.lowest_free)
		registry.lowest_free = cell->number;
	while (registry.number_limit > 0 && !ITEM(table, registry.number_limit - 1).cell)
		registry.number_limit--;
	size_t needed = (registry.number_limit + NUMBERS_STEP - 1) / NUMBERS_STEP * NUMBERS_STEP;
	if (needed < table.count && resize_numbers(needed))
		return; // it stays larger than it need be
}

// ---- Addresses ----

struct loaded_cell *registry_cell_at(uint64_t address, uint32_t *section)
{
	struct tree_node *range = registry_tree_floor(&registry.by_address, address);
	if (!range || address - range->key >= range->size_bytes)
		return NULL;
	// The last section of the range that begins at or before the address.
	uint32_t low = range->first_section;
	uint32_t high = low + range->section_count;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (ITEM(range->cell->sections, middle).place.address <= address)
			low = middle;
		else
			high = middle;
	}
	const struct section_record *record = &ITEM(range->cell->sections, low);
	if (address - record->place.address >= record->place.size_bytes)
		return NULL; // in the gap that alignment left
	*section = low;
	return range->cell;
}

struct loaded_cell *registry_newest_cell(void)
{
	return registry.newest;
}

// ---- Records ----

enum { RECORD_ALIGNMENT = 8 };

static size_t aligned(size_t size_bytes)
{
	return (size_bytes + RECORD_ALIGNMENT - 1) / RECORD_ALIGNMENT * RECORD_ALIGNMENT;
}

// Takes the next `count` elements of the record's memory, after `*offset`.
static void *take_array(const struct heap_object *memory, size_t *offset, size_t count, size_t element_size_bytes)
	BORROWS(memory)
{
	if (count == 0)
		return NULL;
	void *array = heap_object_at(memory, *offset, count * element_size_bytes, RECORD_ALIGNMENT);
	*offset += aligned(count * element_size_bytes);
	return array;
}

static void lay_out(struct loaded_cell *cell, const struct heap_object *memory, const struct cell_plan *plan)
	BORROWS(memory)
{
	size_t offset = aligned(sizeof *cell);
	size_t relocations = plan->relocation_count;
	cell->sections.count = plan->section_count;
	cell->sections.items = take_array(memory, &offset, plan->section_count, sizeof(struct section_record));
	cell->exports.count = plan->opened->export_count;
	cell->exports.items = take_array(memory, &offset, cell->exports.count, sizeof(struct export_record));
	cell->offsets.count = cell->addends.count = cell->bindings.count = relocations;
	cell->offsets.items = take_array(memory, &offset, relocations, sizeof(uint32_t));
	cell->addends.items = take_array(memory, &offset, relocations, sizeof(int32_t));
	cell->bindings.items = take_array(memory, &offset, relocations, sizeof(uint16_t));
}

static size_t record_size(const struct cell_plan *plan)
{
	return aligned(sizeof(struct loaded_cell)) + aligned(plan->section_count * sizeof(struct section_record)) +
	       aligned(plan->opened->export_count * sizeof(struct export_record)) +
	       aligned(plan->relocation_count * sizeof(uint32_t)) + aligned(plan->relocation_count * sizeof(int32_t)) +
	       aligned(plan->relocation_count * sizeof(uint16_t));
}

static enum status check_plan(const struct cell_plan *plan, struct diagnosis *why)
{
	struct text name = plan->opened->name;
	if (registry_cell_named(plan->name_space, name))
		return diagnosis_set(why, STATUS_EXISTS, "cell %.*s is loaded already", TEXT_ARGUMENTS(name));
	if (plan->section_count > CELL_REGISTRY_SECTIONS_MAX)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "cell %.*s has %u sections in memory; %u is the most",
			TEXT_ARGUMENTS(name), (unsigned)plan->section_count, (unsigned)CELL_REGISTRY_SECTIONS_MAX);
	if (plan->opened->export_count > CELL_REGISTRY_EXPORTS_MAX)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "cell %.*s has %u exports; %u is the most",
			TEXT_ARGUMENTS(name), (unsigned)plan->opened->export_count,
			(unsigned)CELL_REGISTRY_EXPORTS_MAX);
	return STATUS_OK;
}

enum status cell_registry_begin(struct cell_registration *out, const struct cell_plan *plan, struct diagnosis *why)
{
	enum status status = check_plan(plan, why);
	if (status)
		return status;
	OWN(heap_object, memory);
	status = heap_allocate(&memory, record_size(plan));
	if (status)
		return diagnosis_set(
			why, status, "no memory for the record of cell %.*s", TEXT_ARGUMENTS(plan->opened->name));

	struct loaded_cell *cell = HEAP_AS(struct loaded_cell, &memory);
	*cell = (struct loaded_cell){
		.by_name = {.key = registry_hash(plan->opened->name), .cell = cell},
		.name = plan->opened->name,
		.object = plan->object,
		.metadata = plan->metadata,
		.section_names = plan->section_names,
		.export_names = plan->opened->exports,
		.cell_class = (uint8_t)plan->opened->cell_class,
		.name_space = plan->name_space,
		.is_static = plan->is_static,
		.adopts_state = plan->adopts_state,
	};
	lay_out(cell, &memory, plan);
	cell->debugger.name = cell->name.start;
	cell->debugger.section_names = (const char *)plan->section_names.data;
	cell->debugger.sections = cell->sections.count > 0 ? &ITEM(cell->sections, 0).place : NULL;
	cell->debugger.section_count = plan->section_count;
	cell->debugger.section_stride_bytes = sizeof(struct section_record);
	struct bytes_mut build_id = bytes_mut_from(cell->debugger.build_id, sizeof cell->debugger.build_id);
	bytes_copy(build_id, bytes_from(plan->opened->build_id.bytes, sizeof plan->opened->build_id.bytes));

	status = take_number(cell);
	if (status)
		return diagnosis_set(why, status, "no number is left for cell %.*s", TEXT_ARGUMENTS(cell->name));
	heap_object_put_in(&cell->memory, &memory);
	cell_registration_fill(out, (struct cell_registration){cell});
	return STATUS_OK;
}

static void remove_ranges(struct loaded_cell *cell, uint32_t count, bool only_state);

void registry_free(struct loaded_cell *cell)
{
	if (cell->is_retired)
		remove_ranges(cell, (uint32_t)cell->ranges.count, false);
	mapped_pages_exec_drop_in(&cell->text);
	mapped_pages_drop_in(&cell->rodata);
	mapped_pages_mut_drop_in(&cell->data);
	mapped_pages_mut_drop_in(&cell->state);
	heap_object_drop_in(&cell->edge_memory);
	heap_object_drop_in(&cell->range_memory);
	give_number_back(cell);
	OWN(heap_object, memory); // holds the record itself: goes last
	heap_object_take_out(&memory, &cell->memory);
}

void cell_registration_release(struct cell_registration *p)
{
	struct loaded_cell *cell = p->cell;
	if (!cell)
		return;
	p->cell = NULL;
	registry_unlink_edges(cell);
	registry_free(cell);
}

void cell_reference_release(struct cell_reference *p)
{
	if (p->cell)
		p->cell->reference_count--;
	p->cell = NULL;
}

// ---- Publishing ----

// Sections of one mapping are one range. In nano_core a cell's sections lie one behind the other, but nothing says so
// beforehand: there, only what is less than an alignment apart is taken together.
enum { STATIC_GAP_MAX = 15 };

static bool continues(const struct loaded_cell *cell, uint32_t section)
{
	const struct section_record *before = &ITEM(cell->sections, section - 1);
	const struct section_record *here = &ITEM(cell->sections, section);
	if (before->kind != here->kind)
		return false;
	uint64_t end = before->place.address + before->place.size_bytes;
	return here->place.address >= end && (!cell->is_static || here->place.address - end <= STATIC_GAP_MAX);
}

static enum status make_ranges(struct loaded_cell *cell)
{
	uint32_t count = 0;
	for (uint32_t section = 0; section < cell->sections.count; section++)
		count += section == 0 || !continues(cell, section);
	if (count == 0)
		return STATUS_OK;
	OWN(heap_object, memory);
	enum status status = heap_allocate(&memory, count * sizeof(struct tree_node));
	if (status)
		return status;
	cell->ranges.count = count;
	cell->ranges.items = heap_object_at(&memory, 0, count * sizeof(struct tree_node), _Alignof(struct tree_node));
	heap_object_put_in(&cell->range_memory, &memory);

	uint32_t range = 0;
	for (uint32_t section = 0; section < cell->sections.count; section++) {
		const struct debugger_section *place = &ITEM(cell->sections, section).place;
		if (section != 0 && !continues(cell, section))
			range++;
		struct tree_node *node = &ITEM(cell->ranges, range);
		if (node->section_count == 0) {
			node->key = place->address;
			node->cell = cell;
			node->first_section = (uint16_t)section;
		}
		node->section_count++;
		node->size_bytes = (uint32_t)(place->address + place->size_bytes - node->key);
	}
	return STATUS_OK;
}

static enum status insert_range(struct tree_node *range, struct diagnosis *why)
{
	const struct tree_node *before = registry_tree_floor(&registry.by_address, range->key);
	const struct tree_node *after = registry_tree_ceiling(&registry.by_address, range->key);
	const struct tree_node *other = NULL;
	if (before && range->key - before->key < before->size_bytes)
		other = before;
	else if (after && after->key - range->key < range->size_bytes)
		other = after;
	if (other)
		return diagnosis_set(why, STATUS_MALFORMED, "at %#llx cell %.*s would lie over cell %.*s",
			(unsigned long long)range->key, TEXT_ARGUMENTS(range->cell->name),
			TEXT_ARGUMENTS(other->cell->name));
	registry_tree_insert(&registry.by_address, range);
	return STATUS_OK;
}

static bool is_state(const struct loaded_cell *cell, const struct tree_node *range)
{
	return ITEM(cell->sections, range->first_section).kind == CELL_SECTION_STATE;
}

// Of the first `count` ranges those of the state, or the others too. What is adopted is not in the tree.
static void remove_ranges(struct loaded_cell *cell, uint32_t count, bool only_state)
{
	for (uint32_t index = 0; index < count; index++) {
		struct tree_node *range = &ITEM(cell->ranges, index);
		bool state = is_state(cell, range);
		if (state ? !cell->adopts_state && !cell->is_retired : !only_state)
			registry_tree_remove(&registry.by_address, range);
	}
}

static enum status insert_ranges(struct loaded_cell *cell, struct diagnosis *why)
{
	for (uint32_t index = 0; index < cell->ranges.count; index++) {
		struct tree_node *range = &ITEM(cell->ranges, index);
		if (cell->adopts_state && is_state(cell, range))
			continue;
		enum status status = insert_range(range, why);
		if (status) {
			remove_ranges(cell, index, false);
			return status;
		}
	}
	return STATUS_OK;
}

void registry_insert_state_ranges(struct loaded_cell *cell)
{
	for (uint32_t index = 0; index < cell->ranges.count; index++) {
		struct tree_node *range = &ITEM(cell->ranges, index);
		if (is_state(cell, range))
			registry_tree_insert(&registry.by_address, range);
	}
	cell->adopts_state = false;
}

enum status cell_registration_publish(struct cell_registration *registration, bool announce, struct diagnosis *why)
{
	struct loaded_cell *cell = registration->cell;
	TRY(registry_check_name(cell, why));
	if (make_ranges(cell))
		return diagnosis_set(
			why, STATUS_NO_MEMORY, "no memory for the addresses of cell %.*s", TEXT_ARGUMENTS(cell->name));
	TRY(insert_ranges(cell, why));
	registry_insert_name(cell);
	cell->older = registry.newest;
	cell->newer = NULL;
	if (registry.newest)
		registry.newest->newer = cell;
	registry.newest = cell;
	registration->cell = NULL;
	debugger_table_add(&cell->debugger, announce);
	return STATUS_OK;
}

// ---- Taking out ----

void registry_unpublish(struct loaded_cell *cell, bool keep_ranges)
{
	debugger_table_remove(&cell->debugger);
	registry_remove_name(cell);
	remove_ranges(cell, (uint32_t)cell->ranges.count, keep_ranges);
	if (cell->older)
		cell->older->newer = cell->newer;
	if (cell->newer)
		cell->newer->older = cell->older;
	else
		registry.newest = cell->older;
}

enum status cell_registry_take_out(struct cell_registration *out, const struct cell_name_space *name_space,
	struct text name, struct diagnosis *why)
{
	struct loaded_cell *cell = registry_cell_named(name_space, name);
	if (!cell)
		return diagnosis_set(why, STATUS_NOT_FOUND, "no cell %.*s is loaded", TEXT_ARGUMENTS(name));
	enum status status = registry_check_unused(cell, why);
	if (status)
		return status;
	registry_forget_pointers_in(cell);
	registry_unpublish(cell, false);
	cell->ranges = (struct range_slice){};
	heap_object_drop_in(&cell->range_memory);
	cell_registration_fill(out, (struct cell_registration){cell});
	return STATUS_OK;
}
