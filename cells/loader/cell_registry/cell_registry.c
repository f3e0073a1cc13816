// The set of loaded cells: numbers, addresses, and how a cell comes in and goes.
#include "cells/loader/cell_registry/cell_registry.h"

#include "cells/base/panic/panic.h"
#include "cells/loader/cell_registry/registry_internal.h"

CELL_POINTER_TYPE(watcher_pointer, const struct cell_watcher);

static CELL_STATE_ZERO struct {
	struct tree by_address;
	struct loaded_cell *newest;
	uint32_t cell_count;
	struct watcher_pointer watcher;
} registry;

// ---- The watcher ----

void cell_registry_watch(const struct cell_watcher *watcher)
{
	watcher_pointer_set(&registry.watcher, watcher, "cell_registry: watcher");
}

// Calls through pointers, in functions without clean-ups, where the compiler checks their types.
static __attribute__((noinline)) void tell_added(const struct loaded_cell *cell)
{
	const struct cell_watcher *watcher = watcher_pointer_get(&registry.watcher);
	if (watcher)
		watcher->added(cell);
}

static __attribute__((noinline)) void tell_removed(const struct loaded_cell *cell)
{
	const struct cell_watcher *watcher = watcher_pointer_get(&registry.watcher);
	if (watcher)
		watcher->removed(cell);
}

// ---- Addresses ----

struct loaded_cell *cell_registry_record_at(uint64_t address, uint32_t *section)
{
	struct tree_node *range = cell_record_tree_floor(&registry.by_address, address);
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

uint32_t cell_registry_cell_count(void)
{
	return registry.cell_count;
}

struct loaded_cell *cell_registry_newest_record(void)
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

static enum status check_plan(const struct cell_plan *plan, uint64_t key, struct diagnosis *why)
{
	struct text name = plan->opened->name;
	if (registry_record_keyed(plan->name_space, key, name))
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

static enum status take_number(struct loaded_cell *cell)
{
	GUARD(registry_lock());
	return cell_record_take_number(cell);
}

static void give_number_back(const struct loaded_cell *cell)
{
	GUARD(registry_lock());
	cell_record_give_number_back(cell);
}

enum status cell_registry_begin(struct cell_registration *out, const struct cell_plan *plan, struct diagnosis *why)
{
	uint64_t key = registry_hash(plan->opened->name);
	enum status status = check_plan(plan, key, why);
	if (status)
		return status;
	OWN(heap_object, memory);
	status = heap_allocate(&memory, record_size(plan));
	if (status)
		return diagnosis_set(
			why, status, "no memory for the record of cell %.*s", TEXT_ARGUMENTS(plan->opened->name));

	struct loaded_cell *cell = HEAP_AS(struct loaded_cell, &memory);
	*cell = (struct loaded_cell){
		.by_name = {.key = key, .cell = cell},
		.name = plan->opened->name,
		.object = plan->object,
		.metadata = plan->metadata,
		.section_names = plan->section_names,
		.export_names = plan->opened->exports,
		.cell_class = (uint8_t)plan->opened->cell_class,
		.name_space = plan->name_space,
		.is_static = plan->is_static,
		.is_wanted = plan->is_wanted,
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

void cell_registry_free(struct loaded_cell *cell)
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
	cell_record_unlink_edges(cell);
	cell_registry_free(cell);
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
	// Of those that begin before this one ends, the last: if any lies over it, that one does.
	const struct tree_node *other =
		cell_record_tree_floor(&registry.by_address, range->key + range->size_bytes - 1);
	if (other && other->key + other->size_bytes > range->key)
		return diagnosis_set(why, STATUS_MALFORMED, "at %#llx cell %.*s would lie over cell %.*s",
			(unsigned long long)range->key, TEXT_ARGUMENTS(range->cell->name),
			TEXT_ARGUMENTS(other->cell->name));
	cell_record_tree_insert(&registry.by_address, range);
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
			cell_record_tree_remove(&registry.by_address, range);
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

void cell_registry_insert_state_ranges(struct loaded_cell *cell)
{
	for (uint32_t index = 0; index < cell->ranges.count; index++) {
		struct tree_node *range = &ITEM(cell->ranges, index);
		if (is_state(cell, range))
			cell_record_tree_insert(&registry.by_address, range);
	}
	cell->adopts_state = false;
}

// Lets the cell be found.
static enum status show(struct loaded_cell *cell, struct diagnosis *why)
{
	GUARD(registry_lock());
	enum status status = registry_check_name(cell, why);
	if (!status)
		status = insert_ranges(cell, why);
	if (status)
		return status;
	cell_registry_insert_name(cell);
	cell->older = registry.newest;
	cell->newer = NULL;
	if (registry.newest)
		registry.newest->newer = cell;
	registry.newest = cell;
	registry.cell_count++;
	return STATUS_OK;
}

enum status cell_registration_publish(struct cell_registration *registration, bool announce, struct diagnosis *why)
{
	struct loaded_cell *cell = registration->cell;
	if (make_ranges(cell))
		return diagnosis_set(
			why, STATUS_NO_MEMORY, "no memory for the addresses of cell %.*s", TEXT_ARGUMENTS(cell->name));
	UNKILLABLE(); // what is in the registry must come to be in the lists of those who watch, too
	enum status status = show(cell, why);
	if (status)
		return status;
	registration->cell = NULL;
	tell_added(cell);
	debugger_table_add(&cell->debugger, announce);
	return STATUS_OK;
}

// ---- Taking out ----

static void hide(struct loaded_cell *cell, bool keep_ranges)
{
	cell_registry_remove_name(cell);
	registry.cell_count--;
	remove_ranges(cell, (uint32_t)cell->ranges.count, keep_ranges);
	if (cell->older)
		cell->older->newer = cell->newer;
	if (cell->newer)
		cell->newer->older = cell->older;
	else
		registry.newest = cell->older;
}

static void tell_gone(struct loaded_cell *cell)
{
	tell_removed(cell);
	debugger_table_remove(&cell->debugger);
}

void cell_registry_unpublish(struct loaded_cell *cell, bool keep_ranges)
{
	UNKILLABLE();
	{
		GUARD(registry_lock());
		hide(cell, keep_ranges);
	}
	tell_gone(cell);
}

// Judges and hides in one: nobody can find the cell between.
static enum status hide_unused(
	const struct cell_name_space *name_space, struct text name, struct loaded_cell **hidden, struct diagnosis *why)
{
	GUARD(registry_lock());
	struct loaded_cell *cell = cell_registry_record_named(name_space, name);
	if (!cell)
		return diagnosis_set(why, STATUS_NOT_FOUND, "no cell %.*s is loaded", TEXT_ARGUMENTS(name));
	enum status status = registry_check_unused(cell, why);
	if (status)
		return status;
	hide(cell, false);
	*hidden = cell;
	return STATUS_OK;
}

enum status cell_registry_take_out(struct cell_registration *out, const struct cell_name_space *name_space,
	struct text name, struct diagnosis *why)
{
	UNKILLABLE(); // nobody else knows of a hidden cell until `out` holds it
	struct loaded_cell *cell = NULL;
	enum status status = hide_unused(name_space, name, &cell, why);
	if (status)
		return status;
	registry_forget_pointers_in(cell);
	tell_gone(cell);
	cell->ranges = (struct range_slice){};
	heap_object_drop_in(&cell->range_memory);
	cell_registration_fill(out, (struct cell_registration){cell});
	return STATUS_OK;
}
