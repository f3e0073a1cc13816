// Finding cells, and what a load needs to know of one.
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_registry/registry_internal.h"

const char *cell_section_kind_name(enum cell_section_kind kind)
{
	static const char *const names[CELL_SECTION_KIND_COUNT] = {"text", "rodata", "data", "state"};
	return AT(names, (size_t)kind);
}

const char *cell_section_kind_permissions(enum cell_section_kind kind)
{
	static const char *const permissions[CELL_SECTION_KIND_COUNT] = {"r-x", "r--", "rw-", "rw-"};
	return AT(permissions, (size_t)kind);
}

static CELL_STATE_ZERO struct {
	struct spinlock lock;
} registry_finding;

struct spinlock *registry_lock(void)
{
	return &registry_finding.lock;
}

// ---- References ----

void cell_reference_release(struct cell_reference *p)
{
	if (!p->cell)
		return;
	GUARD(registry_lock());
	p->cell->reference_count--;
	p->cell = NULL;
}

static enum status refer(struct cell_reference *out, struct loaded_cell *cell) PRODUCES_IF(STATUS_OK, out)
{
	if (!cell)
		return STATUS_NOT_FOUND;
	cell->reference_count++;
	cell_reference_fill(out, (struct cell_reference){cell});
	return STATUS_OK;
}

enum status cell_registry_find(struct cell_reference *out, struct text name)
{
	GUARD(registry_lock());
	return refer(out, cell_registry_record_named(NULL, name));
}

enum status cell_registry_find_in(
	struct cell_reference *out, const struct cell_name_space *name_space, struct text name)
{
	GUARD(registry_lock());
	return refer(out, registry_resolve(name_space, name));
}

enum status cell_registry_find_own(
	struct cell_reference *out, const struct cell_name_space *name_space, struct text name)
{
	GUARD(registry_lock());
	return refer(out, cell_registry_record_named(name_space, name));
}

enum status cell_registry_find_address(struct cell_reference *out, uint64_t address)
{
	GUARD(registry_lock());
	uint32_t section = 0;
	return refer(out, cell_registry_record_at(address, &section));
}

enum status cell_registry_find_number(struct cell_reference *out, uint32_t number)
{
	GUARD(registry_lock());
	struct loaded_cell *cell = cell_record_numbered(number);
	// One that is still being built is in the table of numbers, but not yet of names; a retired one, no longer.
	return refer(out, cell && cell_registry_record_named(cell->name_space, cell->name) == cell ? cell : NULL);
}

enum status cell_registry_newest(struct cell_reference *out, uint32_t age)
{
	GUARD(registry_lock());
	struct loaded_cell *cell = cell_registry_newest_record();
	for (; cell && age > 0; age--)
		cell = cell->older;
	return refer(out, cell);
}

uint32_t cell_registry_number_limit(void)
{
	return cell_record_number_limit();
}

void cell_reference_mark_started(const struct cell_reference *reference)
{
	reference->cell->is_started = true;
}

void cell_reference_mark_wanted(const struct cell_reference *reference)
{
	reference->cell->is_wanted = true;
}

uint16_t cell_reference_number(const struct cell_reference *reference)
{
	return reference->cell->number;
}

struct cell_name_space *cell_reference_name_space(const struct cell_reference *reference)
{
	return reference->cell->name_space;
}

struct text cell_reference_name(const struct cell_reference *reference)
{
	return reference->cell->name;
}

struct cell_build_id cell_reference_build_id(const struct cell_reference *reference)
{
	struct cell_build_id build_id;
	bytes_copy(bytes_mut_from(build_id.bytes, sizeof build_id.bytes),
		bytes_from(reference->cell->debugger.build_id, sizeof reference->cell->debugger.build_id));
	return build_id;
}

enum status cell_reference_placed_section(
	const struct cell_reference *reference, uint32_t elf_index, uint64_t *address, uint64_t *size_bytes)
{
	uint32_t section = 0;
	TRY(cell_record_find_section(reference->cell, elf_index, &section));
	*address = ITEM(reference->cell->sections, section).place.address;
	*size_bytes = ITEM(reference->cell->sections, section).place.size_bytes;
	return STATUS_OK;
}

bool cell_reference_is_static(const struct cell_reference *reference)
{
	return reference->cell->is_static;
}

enum status cell_reference_exit_symbol(const struct cell_reference *reference, struct text *symbol)
{
	struct cell_metadata metadata;
	TRY(cell_metadata_open(reference->cell->metadata, &metadata, NULL));
	if (metadata.exit_symbol.length == 0)
		return STATUS_NOT_FOUND;
	*symbol = metadata.exit_symbol;
	return STATUS_OK;
}

bool cell_reference_is_started(const struct cell_reference *reference)
{
	return reference->cell->is_started;
}

static enum status find_export(const struct loaded_cell *cell, struct text name, uint32_t *index)
{
	return name_table_find(&cell->export_names, name, index);
}

enum status cell_reference_export(
	const struct cell_reference *reference, struct text name, struct cell_export_place *place)
{
	const struct loaded_cell *cell = reference->cell;
	uint32_t index = 0;
	TRY(find_export(cell, name, &index));
	struct cell_metadata_export_record record;
	name_table_record(&cell->export_names, index, &record);
	*place = (struct cell_export_place){
		.target = {cell->number, (uint16_t)index},
		.address = cell_record_export_address(cell, index),
		.type_hash = record.type_hash,
	};
	return STATUS_OK;
}

struct loaded_cell *cell_registry_record(const struct cell_reference *reference)
{
	return reference->cell;
}

// ---- What is needed no more ----

static CELL_STATE_ZERO struct {
	struct loaded_cell *first;
} candidates;

void cell_reference_note_needs(const struct cell_reference *reference)
{
	const struct loaded_cell *cell = reference->cell;
	for (uint32_t edge = 0; edge < cell->edge_count; edge++) {
		struct loaded_cell *to = cell_record_numbered(ITEM(cell->edges, edge).to.cell);
		if (!to || to == cell || to->is_candidate || to->is_wanted || to->is_static)
			continue;
		to->is_candidate = true;
		to->next_candidate = candidates.first;
		candidates.first = to;
	}
}

static bool is_unneeded(const struct loaded_cell *cell)
{
	return cell->reference_count == 0 && !registry_has_users(cell) && !cell_registry_next_pointer(cell, NULL);
}

enum status cell_registry_next_unneeded(struct cell_reference *out)
{
	struct loaded_cell *cell = NULL;
	do {
		cell = candidates.first;
		if (!cell)
			return STATUS_NOT_FOUND;
		candidates.first = cell->next_candidate;
		cell->is_candidate = false;
	} while (!is_unneeded(cell));
	return refer(out, cell);
}
