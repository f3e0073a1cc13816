// Are the symbols and relocations what the format and this system allow?
#include "cells/loader/elf_object/elf_layout.h"

static struct elf_symbol_record read_symbol(const struct elf_object *object, uint32_t index)
{
	struct elf_symbol_record record = {};
	if (bytes_read(object->symbols, (uint64_t)index * sizeof record, &record, sizeof record))
		return (struct elf_symbol_record){}; // not reached: the caller counts to symbol_count
	return record;
}

static enum status check_kind(
	uint32_t index, struct text name, const struct elf_symbol_record *record, struct diagnosis *why)
{
	unsigned binding = record->binding_and_type >> 4;
	unsigned type = record->binding_and_type & 0xF;
	if (binding > ELF_BINDING_WEAK)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol %u (%.*s): binding %u is unknown",
			(unsigned)index, TEXT_ARGUMENTS(name), binding);
	if (type == SYMBOL_TYPE_COMMON || record->section == SECTION_INDEX_COMMON)
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"symbol %u (%.*s) is a common symbol; compile with -fno-common", (unsigned)index,
			TEXT_ARGUMENTS(name));
	if (type == SYMBOL_TYPE_THREAD_LOCAL)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol %u (%.*s) is thread-local", (unsigned)index,
			TEXT_ARGUMENTS(name));
	if (type == SYMBOL_TYPE_INDIRECT_FUNCTION)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol %u (%.*s) is an indirect function",
			(unsigned)index, TEXT_ARGUMENTS(name));
	if (type > ELF_SYMBOL_FILE)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "symbol %u (%.*s): type %u is unknown", (unsigned)index,
			TEXT_ARGUMENTS(name), type);
	return STATUS_OK;
}

static enum status check_bounds(const struct elf_object *object, uint32_t index, struct text name,
	const struct elf_symbol_record *record, struct diagnosis *why)
{
	if (record->section == ELF_SECTION_ABSOLUTE) {
		if (record->binding_and_type >> 4 == ELF_BINDING_LOCAL)
			return STATUS_OK; // the name of a source file, or a number that assembly code gave a name
		return diagnosis_set(why, STATUS_UNSUPPORTED,
			"symbol %u (%.*s) is a global number; what a cell exports lies in its sections",
			(unsigned)index, TEXT_ARGUMENTS(name));
	}
	if (record->section >= object->section_count)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol %u (%.*s) is in section %u; there are %u",
			(unsigned)index, TEXT_ARGUMENTS(name), record->section, (unsigned)object->section_count);
	if (record->section == ELF_SECTION_UNDEFINED)
		return STATUS_OK;
	uint64_t section_size_bytes = elf_read_section_header(object, record->section).size_bytes;
	if (record->value > section_size_bytes || record->size_bytes > section_size_bytes - record->value)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol %u (%.*s): %llu bytes at %#llx end beyond the %llu of section %u", (unsigned)index,
			TEXT_ARGUMENTS(name), (unsigned long long)record->size_bytes, (unsigned long long)record->value,
			(unsigned long long)section_size_bytes, record->section);
	return STATUS_OK;
}

static enum status check_symbol(
	const struct elf_object *object, uint32_t index, uint32_t first_global, struct diagnosis *why)
{
	struct elf_symbol_record record = read_symbol(object, index);
	if (record.name >= object->symbol_names.size_bytes)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol %u: its name is at %u of the %zu bytes of symbol names", (unsigned)index,
			(unsigned)record.name, object->symbol_names.size_bytes);
	struct text name = elf_read_string(object->symbol_names, record.name);
	TRY(check_kind(index, name, &record, why));
	TRY(check_bounds(object, index, name, &record, why));

	bool local = record.binding_and_type >> 4 == ELF_BINDING_LOCAL;
	if (local && index >= first_global)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol %u (%.*s) is local, but stands among the global ones", (unsigned)index,
			TEXT_ARGUMENTS(name));
	if (!local && index < first_global)
		return diagnosis_set(why, STATUS_MALFORMED,
			"symbol %u (%.*s) is global, but stands among the local ones", (unsigned)index,
			TEXT_ARGUMENTS(name));
	if (local && record.section == ELF_SECTION_UNDEFINED)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol %u (%.*s) is local and undefined", (unsigned)index,
			TEXT_ARGUMENTS(name));
	if (!local && name.length == 0)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol %u is global and has no name", (unsigned)index);
	return STATUS_OK;
}

enum status elf_check_symbols(const struct elf_object *object, uint32_t first_global, struct diagnosis *why)
{
	struct elf_symbol_record first = read_symbol(object, 0);
	if (first.name != 0 || first.binding_and_type != 0 || first.section != 0 || first.value != 0 ||
		first.size_bytes != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "symbol 0 is in use; the format keeps it empty");
	for (uint32_t index = 1; index < object->symbol_count; index++)
		TRY(check_symbol(object, index, first_global, why));
	return STATUS_OK;
}

static enum status check_table(
	const struct elf_object *object, const struct elf_section *table, uint32_t symbol_table, struct diagnosis *why)
{
	struct elf_section_header header = elf_read_section_header(object, table->index);
	if (header.entry_size_bytes != sizeof(struct elf_relocation_record))
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) has entries of %llu bytes; relocations "
			"have 24",
			(unsigned)table->index, TEXT_ARGUMENTS(table->name),
			(unsigned long long)header.entry_size_bytes);
	if (header.size_bytes % sizeof(struct elf_relocation_record) != 0)
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) has %llu bytes, no whole number of relocations", (unsigned)table->index,
			TEXT_ARGUMENTS(table->name), (unsigned long long)header.size_bytes);
	if (symbol_table == 0 || table->link != symbol_table)
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) takes its symbols from section %u; the symbol table is section %u",
			(unsigned)table->index, TEXT_ARGUMENTS(table->name), (unsigned)table->link,
			(unsigned)symbol_table);
	if (table->info == 0 || table->info >= object->section_count)
		return diagnosis_set(why, STATUS_MALFORMED, "section %u (%.*s) relocates section %u; there are %u",
			(unsigned)table->index, TEXT_ARGUMENTS(table->name), (unsigned)table->info,
			(unsigned)object->section_count);
	uint32_t target_type = elf_read_section_header(object, table->info).type;
	if (target_type != ELF_SECTION_CONTENT && target_type != ELF_SECTION_UNWIND && target_type != ELF_SECTION_NOTE)
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u (%.*s) relocates section %u, which has no content to change",
			(unsigned)table->index, TEXT_ARGUMENTS(table->name), (unsigned)table->info);
	return STATUS_OK;
}

static enum status check_entries(
	const struct elf_object *object, const struct elf_section *table, struct diagnosis *why)
{
	struct elf_section_header target = elf_read_section_header(object, table->info);
	for (uint32_t index = 0; index < elf_section_relocation_count(table); index++) {
		struct elf_relocation relocation;
		elf_section_relocation(table, index, &relocation);
		if (relocation.symbol >= object->symbol_count)
			return diagnosis_set(why, STATUS_MALFORMED,
				"relocation %u of section %u (%.*s) is to symbol %u; there are %u", (unsigned)index,
				(unsigned)table->index, TEXT_ARGUMENTS(table->name), (unsigned)relocation.symbol,
				(unsigned)object->symbol_count);
		if (relocation.offset >= target.size_bytes)
			return diagnosis_set(why, STATUS_MALFORMED,
				"relocation %u of section %u (%.*s) is at %#llx of the %llu bytes of section %u",
				(unsigned)index, (unsigned)table->index, TEXT_ARGUMENTS(table->name),
				(unsigned long long)relocation.offset, (unsigned long long)target.size_bytes,
				(unsigned)table->info);
	}
	return STATUS_OK;
}

enum status elf_check_relocations(const struct elf_object *object, uint32_t symbol_table, struct diagnosis *why)
{
	for (uint32_t index = 1; index < object->section_count; index++) {
		if (elf_read_section_header(object, index).type != ELF_SECTION_RELOCATIONS)
			continue;
		struct elf_section table;
		elf_object_section(object, index, &table);
		TRY(check_table(object, &table, symbol_table, why));
		TRY(check_entries(object, &table, why));
	}
	return STATUS_OK;
}
