#include "cells/loader/cell_exports/cell_exports.h"

struct tally {
	uint32_t exports;
	uint32_t states;
};

static enum status register_export(struct load_work *work, struct cell_registration *cell,
	const struct elf_symbol *symbol, struct tally *tally, struct diagnosis *why) BORROWS_MUT(cell)
{
	struct text name = work->metadata.name;
	struct text symbol_name = elf_object_symbol_name(&work->object, symbol);
	uint32_t index = 0;
	if (name_table_find(&work->metadata.exports, symbol_name, &index))
		return diagnosis_set(why, STATUS_MALFORMED, "cell %.*s: symbol %.*s is global, but no export",
			TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(symbol_name));
	const struct placed_section *placed = &ITEM(work->sections, symbol->section);
	if (!placed->placed)
		return diagnosis_set(why, STATUS_MALFORMED,
			"cell %.*s: export %.*s lies in section %u, which takes no memory", TEXT_ARGUMENTS(name),
			TEXT_ARGUMENTS(symbol_name), (unsigned)symbol->section);
	struct cell_export export = cell_metadata_export(&work->metadata, index);
	bool in_text = placed->kind == CELL_SECTION_TEXT;
	if ((export.kind == CELL_SYMBOL_FUNCTION) != in_text)
		return diagnosis_set(why, STATUS_MALFORMED, "cell %.*s: export %.*s is a%s, but lies in %s",
			TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(symbol_name),
			export.kind == CELL_SYMBOL_FUNCTION ? " function" : "n object",
			cell_section_kind_name((enum cell_section_kind)placed->kind));
	if (cell_registration_set_export(cell, index, placed->record, symbol->value))
		return diagnosis_set(why, STATUS_MALFORMED, "cell %.*s: export %.*s is defined twice",
			TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(symbol_name));
	tally->exports++;
	return STATUS_OK;
}

static enum status check_state(
	const struct load_work *work, const struct elf_symbol *symbol, struct tally *tally, struct diagnosis *why)
{
	struct text symbol_name = elf_object_symbol_name(&work->object, symbol);
	struct cell_state_variable state;
	if (cell_metadata_find_state(&work->metadata, symbol_name, &state))
		return diagnosis_set(why, STATUS_MALFORMED, "cell %.*s: state %.*s is not in the metadata",
			TEXT_ARGUMENTS(work->metadata.name), TEXT_ARGUMENTS(symbol_name));
	if (state.size_bytes != symbol->size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED,
			"cell %.*s: state %.*s has %llu bytes in the metadata and %llu in the object",
			TEXT_ARGUMENTS(work->metadata.name), TEXT_ARGUMENTS(symbol_name),
			(unsigned long long)state.size_bytes, (unsigned long long)symbol->size_bytes);
	tally->states++;
	return STATUS_OK;
}

static enum status register_symbol(struct load_work *work, struct cell_registration *cell,
	const struct elf_symbol *symbol, struct tally *tally, struct diagnosis *why) BORROWS_MUT(cell)
{
	if (symbol->section == ELF_SECTION_UNDEFINED || symbol->section == ELF_SECTION_ABSOLUTE)
		return STATUS_OK;
	const struct placed_section *placed = &ITEM(work->sections, symbol->section);
	if (placed->placed && placed->kind == CELL_SECTION_STATE && symbol->type == ELF_SYMBOL_OBJECT)
		TRY(check_state(work, symbol, tally, why));
	if (symbol->binding == ELF_BINDING_LOCAL || symbol->hidden)
		return STATUS_OK;
	return register_export(work, cell, symbol, tally, why);
}

static void register_sections(struct load_work *work, struct cell_registration *cell) BORROWS_MUT(cell)
{
	for (uint32_t record = 0; record < work->record_count; record++) {
		uint32_t index = ITEM(work->sections, record).in_order;
		const struct placed_section *placed = &ITEM(work->sections, index);
		struct elf_section section;
		elf_object_section(&work->object, index, &section);
		struct cell_section_plan plan = {
			.address = placed->address,
			.size_bytes = placed->size_bytes,
			.elf_index = index,
			.name_offset = section.name_offset,
			.kind = (enum cell_section_kind)placed->kind,
		};
		cell_registration_set_section(cell, record, &plan);
	}
}

static enum status check_tally(const struct load_work *work, const struct tally *tally, struct diagnosis *why)
{
	const struct cell_metadata *metadata = &work->metadata;
	if (tally->exports != metadata->export_count)
		return diagnosis_set(why, STATUS_MALFORMED,
			"cell %.*s: the metadata has %u exports, the object defines %u", TEXT_ARGUMENTS(metadata->name),
			(unsigned)metadata->export_count, (unsigned)tally->exports);
	if (tally->states != metadata->state_count)
		return diagnosis_set(why, STATUS_MALFORMED,
			"cell %.*s: the metadata has %u state variables, the object %u", TEXT_ARGUMENTS(metadata->name),
			(unsigned)metadata->state_count, (unsigned)tally->states);
	return STATUS_OK;
}

enum status cell_exports_register(struct load_work *work, struct cell_registration *cell, struct diagnosis *why)
{
	register_sections(work, cell);
	struct tally tally = {};
	for (uint32_t index = 1; index < work->object.symbol_count; index++) {
		struct elf_symbol symbol;
		elf_object_symbol(&work->object, index, &symbol);
		TRY(register_symbol(work, cell, &symbol, &tally, why));
	}
	return check_tally(work, &tally, why);
}
