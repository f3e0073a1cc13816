// Are the symbols and relocations what the format and this system allow?
#include "cells/loader/elf_object/elf_layout.h"

// The name of symbol `index`, for messages.
static struct text name_of(const struct elf_object *object, const struct elf_symbol_record *record)
{
	return elf_read_string(object->symbol_names, record->name);
}

static enum status check_kind(
	const struct elf_object *object, uint32_t index, const struct elf_symbol_record *record, struct diagnosis *why)
{
	unsigned binding = record->binding_and_type >> 4;
	unsigned type = record->binding_and_type & 0xF;
	if (binding > ELF_BINDING_WEAK)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol %u (%.*s): binding %u is unknown",
			(unsigned)index, TEXT_ARGUMENTS(name_of(object, record)), binding);
	if (type == SYMBOL_TYPE_COMMON || record->section == SECTION_INDEX_COMMON)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"symbol %u (%.*s) is a common symbol; compile with -fno-common", (unsigned)index,
			TEXT_ARGUMENTS(name_of(object, record)));
	if (type == SYMBOL_TYPE_THREAD_LOCAL)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol %u (%.*s) is thread-local", (unsigned)index,
			TEXT_ARGUMENTS(name_of(object, record)));
	if (type == SYMBOL_TYPE_INDIRECT_FUNCTION)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol %u (%.*s) is an indirect function",
			(unsigned)index, TEXT_ARGUMENTS(name_of(object, record)));
	if (type > ELF_SYMBOL_FILE)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol %u (%.*s): type %u is unknown", (unsigned)index,
			TEXT_ARGUMENTS(name_of(object, record)), type);
	return STATUS_OK;
}

static enum status check_bounds(
	const struct elf_object *object, uint32_t index, const struct elf_symbol_record *record, struct diagnosis *why)
{
	if (record->section == ELF_SECTION_ABSOLUTE) {
		if (record->binding_and_type >> 4 == ELF_BINDING_LOCAL)
			return STATUS_OK; // the name of a source file, or a number that assembly code gave a name
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"symbol %u (%.*s) is a global number; what a cell exports lies in its sections",
			(unsigned)index, TEXT_ARGUMENTS(name_of(object, record)));
	}
	if (record->section >= object->section_count)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol %u (%.*s) is in section %u; there are %u",
			(unsigned)index, TEXT_ARGUMENTS(name_of(object, record)), record->section,
			(unsigned)object->section_count);
	if (record->section == ELF_SECTION_UNDEFINED)
		return STATUS_OK;
	uint64_t section_size_bytes = elf_section_header_at(object, record->section)->size_bytes;
	if (record->value > section_size_bytes || record->size_bytes > section_size_bytes - record->value)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol %u (%.*s): %llu bytes at %#llx end beyond the %llu of section %u", (unsigned)index,
			TEXT_ARGUMENTS(name_of(object, record)), (unsigned long long)record->size_bytes,
			(unsigned long long)record->value, (unsigned long long)section_size_bytes, record->section);
	return STATUS_OK;
}

static enum status check_symbol(
	const struct elf_object *object, uint32_t index, uint32_t first_global, struct diagnosis *why)
{
	const struct elf_symbol_record *record = elf_symbol_record_at(object, index);
	if (record->name >= object->symbol_names.size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol %u: its name is at %u of the %zu bytes of symbol names", (unsigned)index,
			(unsigned)record->name, object->symbol_names.size_bytes);
	TRY(check_kind(object, index, record, why));
	TRY(check_bounds(object, index, record, why));

	bool local = record->binding_and_type >> 4 == ELF_BINDING_LOCAL;
	if (local && index >= first_global)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol %u (%.*s) is local, but stands among the global ones", (unsigned)index,
			TEXT_ARGUMENTS(name_of(object, record)));
	if (!local && index < first_global)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol %u (%.*s) is global, but stands among the local ones", (unsigned)index,
			TEXT_ARGUMENTS(name_of(object, record)));
	if (local && record->section == ELF_SECTION_UNDEFINED)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol %u (%.*s) is local and undefined", (unsigned)index,
			TEXT_ARGUMENTS(name_of(object, record)));
	if (!local && bytes_at(object->symbol_names, record->name) == 0)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol %u is global and has no name", (unsigned)index);
	return STATUS_OK;
}

enum status elf_check_symbols(const struct elf_object *object, uint32_t first_global, struct diagnosis *why)
{
	const struct elf_symbol_record *first = elf_symbol_record_at(object, 0);
	if (first->name != 0 || first->binding_and_type != 0 || first->section != 0 || first->value != 0 ||
		first->size_bytes != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol 0 is in use; the format keeps it empty");
	for (uint32_t index = 1; index < object->symbol_count; index++)
		TRY(check_symbol(object, index, first_global, why));
	return STATUS_OK;
}

static enum status check_table(
	const struct elf_object *object, const struct elf_section *table, uint32_t symbol_table, struct diagnosis *why)
{
	const struct elf_section_header *header = elf_section_header_at(object, table->index);
	if (header->entry_size_bytes != sizeof(struct elf_relocation_record))
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) has entries of %llu bytes; relocations "
			"have 24",
			(unsigned)table->index, TEXT_ARGUMENTS(elf_name_of(object, header)),
			(unsigned long long)header->entry_size_bytes);
	if (header->size_bytes % sizeof(struct elf_relocation_record) != 0)
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) has %llu bytes, no whole number of relocations", (unsigned)table->index,
			TEXT_ARGUMENTS(elf_name_of(object, header)), (unsigned long long)header->size_bytes);
	if (symbol_table == 0 || table->link != symbol_table)
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) takes its symbols from section %u; the symbol table is section %u",
			(unsigned)table->index, TEXT_ARGUMENTS(elf_name_of(object, header)), (unsigned)table->link,
			(unsigned)symbol_table);
	if (table->info == 0 || table->info >= object->section_count)
		return diagnosis_set(why, STATUS_MALFORMED, "section %u (%.*s) relocates section %u; there are %u",
			(unsigned)table->index, TEXT_ARGUMENTS(elf_name_of(object, header)), (unsigned)table->info,
			(unsigned)object->section_count);
	uint32_t target_type = elf_section_header_at(object, table->info)->type;
	if (target_type != ELF_SECTION_CONTENT && target_type != ELF_SECTION_UNWIND && target_type != ELF_SECTION_NOTE)
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) relocates section %u, which has no content to change",
			(unsigned)table->index, TEXT_ARGUMENTS(elf_name_of(object, header)), (unsigned)table->info);
	return STATUS_OK;
}

static enum status check_entries(
	const struct elf_object *object, const struct elf_section *table, struct diagnosis *why)
{
	uint64_t target_size_bytes = elf_section_header_at(object, table->info)->size_bytes;
	struct elf_relocation_records records = elf_relocation_records_of(table);
	for (uint32_t index = 0; index < records.count; index++) {
		const struct elf_relocation_record *record = &ITEM(records, index);
		uint32_t symbol = (uint32_t)(record->kind_and_symbol >> 32);
		if (symbol >= object->symbol_count)
			return diagnosis_set(why, STATUS_MALFORMED,
				"relocation %u of section %u (%.*s) is to symbol %u; there are %u", (unsigned)index,
				(unsigned)table->index, TEXT_ARGUMENTS(elf_object_section_name(object, table)),
				(unsigned)symbol, (unsigned)object->symbol_count);
		if (record->offset >= target_size_bytes)
			return diagnosis_set(why, STATUS_MALFORMED,
				"relocation %u of section %u (%.*s) is at %#llx of the %llu bytes of section %u",
				(unsigned)index, (unsigned)table->index,
				TEXT_ARGUMENTS(elf_object_section_name(object, table)),
				(unsigned long long)record->offset, (unsigned long long)target_size_bytes,
				(unsigned)table->info);
	}
	return STATUS_OK;
}

enum status elf_check_relocations(const struct elf_object *object, uint32_t symbol_table, struct diagnosis *why)
{
	for (uint32_t index = 1; index < object->section_count; index++) {
		if (elf_section_header_at(object, index)->type != ELF_SECTION_RELOCATIONS)
			continue;
		struct elf_section table;
		elf_object_section(object, index, &table);
		TRY(check_table(object, &table, symbol_table, why));
		TRY(check_entries(object, &table, why));
	}
	return STATUS_OK;
}
