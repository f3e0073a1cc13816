#include "cells/loader/cell_bind/cell_bind.h"
#include "cells/loader/cell_memory/cell_memory.h"
#include "cells/loader/cell_place/cell_place.h"
#include "cells/loader/cell_relocation/cell_relocation.h"

// ---- Imports ----

static enum status check_type(const struct load_work *work, const struct cell_import *import, struct text exporter,
	struct cell_type_hash exported, struct diagnosis *why)
{
	if (cell_metadata_type_hash_equal(import->type_hash, exported))
		return STATUS_OK;
	char wanted[CELL_METADATA_TYPE_HASH_TEXT_SIZE];
	char offered[CELL_METADATA_TYPE_HASH_TEXT_SIZE];
	cell_metadata_type_hash_text(import->type_hash, wanted);
	cell_metadata_type_hash_text(exported, offered);
	return diagnosis_set(why, STATUS_TYPE_MISMATCH,
		"the type of %.*s: cell %.*s was built for %s, cell %.*s has %s", TEXT_ARGUMENTS(import->name),
		TEXT_ARGUMENTS(work->metadata.name), wanted, TEXT_ARGUMENTS(exporter), offered);
}

static enum status resolve_symbol(
	const struct load_work *work, struct text symbol, struct bound_symbol *bound, struct diagnosis *why)
{
	struct text name = work->metadata.name;
	struct cell_import import;
	if (cell_metadata_find_import(&work->metadata, symbol, &import))
		return diagnosis_set(why, STATUS_MALFORMED, "cell %.*s: symbol %.*s is undefined, but no import",
			TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(symbol));
	struct cell_dependency dependency = cell_metadata_dependency(&work->metadata, import.dependency);
	if (!(dependency.kinds & CELL_EDGE_LINK))
		return diagnosis_set(why, STATUS_MALFORMED,
			"cell %.*s imports %.*s from cell %.*s, but says it has no link to it", TEXT_ARGUMENTS(name),
			TEXT_ARGUMENTS(symbol), TEXT_ARGUMENTS(dependency.name));
	OWN(cell_reference, exporter);
	enum status status = cell_registry_find_in(&exporter, work->space->name_space, dependency.name);
	if (status)
		return diagnosis_set(why, status, "cell %.*s: its dependency %.*s is not loaded", TEXT_ARGUMENTS(name),
			TEXT_ARGUMENTS(dependency.name));
	struct cell_export_place place;
	status = cell_reference_export(&exporter, symbol, &place);
	if (status)
		return diagnosis_set(why, status, "cell %.*s needs %.*s from cell %.*s, which does not export it",
			TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(symbol), TEXT_ARGUMENTS(dependency.name));
	status = check_type(work, &import, dependency.name, place.type_hash, why);
	if (status)
		return status;
	*bound = (struct bound_symbol){.address = place.address, .target = place.target, .bound = true};
	return STATUS_OK;
}

enum status cell_bind_imports(struct load_work *work, struct diagnosis *why)
{
	uint32_t count = 0;
	for (uint32_t index = 1; index < work->object.symbol_count; index++) {
		struct elf_symbol symbol;
		elf_object_symbol(&work->object, index, &symbol);
		if (symbol.section != ELF_SECTION_UNDEFINED)
			continue;
		TRY(resolve_symbol(
			work, elf_object_symbol_name(&work->object, &symbol), &ITEM(work->symbols, index), why));
		count++;
	}
	if (count != work->metadata.import_count)
		return diagnosis_set(why, STATUS_MALFORMED,
			"cell %.*s: the metadata has %u imports, the object %u undefined symbols",
			TEXT_ARGUMENTS(work->metadata.name), (unsigned)work->metadata.import_count, (unsigned)count);
	return STATUS_OK;
}

// ---- Relocations ----

// One relocation, its target found: `base` is where the target (an export of another cell, a section of this one)
// begins, and `addend` counts from there.
struct binding {
	struct elf_relocation relocation;
	uint64_t base;
	int64_t addend;
	struct cell_target target;
	uint32_t *edge; // where the edge to the target is remembered
	uint32_t *edge_stamp;
};

static enum status find_target(struct load_work *work, struct cell_registration *cell, const struct elf_section *table,
	uint32_t number, struct binding *binding, struct diagnosis *why) BORROWS_MUT(cell)
{
	struct elf_symbol symbol;
	elf_object_symbol(&work->object, binding->relocation.symbol, &symbol);
	if (symbol.section == ELF_SECTION_UNDEFINED) {
		struct bound_symbol *bound = &ITEM(work->symbols, symbol.index);
		if (!bound->bound)
			return diagnosis_set(why, STATUS_MALFORMED, "cell %.*s: relocation %u of %.*s names no symbol",
				TEXT_ARGUMENTS(work->metadata.name), (unsigned)number,
				TEXT_ARGUMENTS(elf_object_section_name(&work->object, table)));
		binding->base = bound->address;
		binding->addend = binding->relocation.addend;
		binding->target = bound->target;
		binding->edge = &bound->edge;
		binding->edge_stamp = &bound->edge_stamp;
		return STATUS_OK;
	}
	struct placed_section *placed = NULL;
	if (symbol.section != ELF_SECTION_ABSOLUTE)
		placed = &ITEM(work->sections, symbol.section);
	if (!placed || !placed->placed)
		return diagnosis_set(why, STATUS_MALFORMED,
			"cell %.*s: relocation %u of %.*s leads to %.*s, which takes no memory",
			TEXT_ARGUMENTS(work->metadata.name), (unsigned)number,
			TEXT_ARGUMENTS(elf_object_section_name(&work->object, table)),
			TEXT_ARGUMENTS(elf_object_symbol_name(&work->object, &symbol)));
	binding->base = placed->address;
	binding->addend = (int64_t)((uint64_t)binding->relocation.addend + symbol.value);
	binding->target = (struct cell_target){cell_registration_number(cell), (uint16_t)placed->record};
	binding->edge = &placed->edge;
	binding->edge_stamp = &placed->edge_stamp;
	return STATUS_OK;
}

static enum status bind_in_memory(
	struct load_work *work, const struct elf_section *table, const struct binding *binding, struct diagnosis *why)
{
	struct diagnosis inner = {};
	uint64_t address = ITEM(work->sections, table->info).address;
	enum status status = cell_relocation_apply(cell_place_section_bytes(work, table->info), address,
		binding->relocation.kind, binding->relocation.offset, binding->base, binding->addend, &inner);
	if (status)
		return diagnosis_set(why, status, "cell %.*s, %.*s: %s", TEXT_ARGUMENTS(work->metadata.name),
			TEXT_ARGUMENTS(elf_object_section_name(&work->object, table)), inner.message);
	return STATUS_OK;
}

// The linker has bound it; the record must not say anything else.
static enum status check_in_memory(
	struct load_work *work, const struct elf_section *table, const struct binding *binding, struct diagnosis *why)
{
	const struct placed_section *placed = &ITEM(work->sections, table->info);
	struct bytes memory = cell_memory_view(placed->address, placed->size_bytes);
	uint64_t found = 0;
	TRY(cell_relocation_read(memory, placed->address, binding->relocation.kind, binding->relocation.offset,
		binding->addend, &found));
	if (found != binding->base)
		return diagnosis_set(why, STATUS_MALFORMED,
			"nano_core's cell %.*s, %.*s at %#llx: bound to %#llx; the map says %#llx",
			TEXT_ARGUMENTS(work->metadata.name),
			TEXT_ARGUMENTS(elf_object_section_name(&work->object, table)),
			(unsigned long long)(placed->address + binding->relocation.offset), (unsigned long long)found,
			(unsigned long long)binding->base);
	return STATUS_OK;
}

static enum status bind_one(struct load_work *work, struct cell_registration *cell, const struct elf_section *table,
	uint32_t number, const struct elf_relocation *relocation, struct diagnosis *why) BORROWS_MUT(cell)
{
	struct binding binding = {.relocation = *relocation};
	TRY(find_target(work, cell, table, number, &binding, why));
	if (work->is_static)
		TRY(check_in_memory(work, table, &binding, why));
	else if (!work->adopts_state || ITEM(work->sections, table->info).kind != CELL_SECTION_STATE)
		TRY(bind_in_memory(work, table, &binding, why)); // what is adopted is what it is
	uint32_t stamp = ITEM(work->sections, table->info).record + 1;
	if (*binding.edge_stamp != stamp) {
		TRY(cell_registration_add_edge(cell, binding.target, binding.edge, why));
		*binding.edge_stamp = stamp;
	}
	return cell_registration_keep(cell, *binding.edge, relocation->kind, relocation->offset, binding.addend, why);
}

static enum status bind_section(struct load_work *work, struct cell_registration *cell, const struct elf_section *table,
	struct diagnosis *why) BORROWS_MUT(cell)
{
	uint64_t end = 0; // of the field before
	for (uint32_t number = 0; number < elf_section_relocation_count(table); number++) {
		struct elf_relocation relocation;
		elf_section_relocation(table, number, &relocation);
		if (relocation.offset < end)
			return diagnosis_set(why, STATUS_MALFORMED,
				"cell %.*s: relocation %u of %.*s, at %#llx, overlaps the one before or is out of "
				"order",
				TEXT_ARGUMENTS(work->metadata.name), (unsigned)number,
				TEXT_ARGUMENTS(elf_object_section_name(&work->object, table)),
				(unsigned long long)relocation.offset);
		end = relocation.offset + cell_relocation_width(relocation.kind);
		TRY(bind_one(work, cell, table, number, &relocation, why));
	}
	return STATUS_OK;
}

enum status cell_bind_relocations(struct load_work *work, struct cell_registration *cell, struct diagnosis *why)
{
	for (uint32_t record = 0; record < work->record_count; record++) {
		uint32_t index = ITEM(work->sections, record).in_order;
		uint32_t relocations = ITEM(work->sections, index).relocations;
		cell_registration_begin_section(cell, record);
		if (relocations == 0)
			continue;
		struct elf_section table;
		elf_object_section(&work->object, relocations, &table);
		TRY(bind_section(work, cell, &table, why));
	}
	return STATUS_OK;
}
