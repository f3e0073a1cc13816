#include "cells/loader/elf_object/elf_object.h"

#include "cells/base/panic/panic.h"
#include "cells/loader/elf_object/elf_layout.h"

struct text elf_read_string(struct bytes strings, uint64_t offset)
{
	struct bytes rest;
	if (offset >= strings.size_bytes || bytes_slice(strings, offset, strings.size_bytes - offset, &rest))
		return TEXT("");
	return text_from_array((const char *)rest.data, rest.size_bytes);
}

struct text elf_name_of(const struct elf_object *object, const struct elf_section_header *header)
{
	return elf_read_string(object->section_names, header->name);
}

static enum status check_identity(const struct elf_file_header *header, struct diagnosis *why)
{
	if (AT(header->magic, 0) != 0x7F || AT(header->magic, 1) != 'E' || AT(header->magic, 2) != 'L' ||
		AT(header->magic, 3) != 'F')
		return diagnosis_set(why, STATUS_MALFORMED, "the file does not begin with the ELF magic");
	if (header->file_class != FILE_CLASS_64)
		return diagnosis_set(
			why, STATUS_UNSUPPORTED, "ELF class %u; cells are 64-bit (class 2)", header->file_class);
	if (header->byte_order != FILE_LITTLE_ENDIAN)
		return diagnosis_set(
			why, STATUS_UNSUPPORTED, "byte order %u; cells are little-endian (1)", header->byte_order);
	if (header->ident_version != FILE_VERSION || header->version != FILE_VERSION)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "ELF version %u/%u; only version 1 exists",
			header->ident_version, (unsigned)header->version);
	if (header->os_abi != 0)
		return diagnosis_set(
			why, STATUS_UNSUPPORTED, "OS ABI %u; cells are plain System V (0)", header->os_abi);
	if (header->machine != FILE_MACHINE_X86_64)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "machine %u; cells are for x86-64 (62)", header->machine);
	if (header->type != FILE_TYPE_RELOCATABLE)
		return diagnosis_set(
			why, STATUS_UNSUPPORTED, "file type %u; cells are relocatable objects (1)", header->type);
	if (header->flags != 0)
		return diagnosis_set(
			why, STATUS_UNSUPPORTED, "processor flags %#x; x86-64 has none", (unsigned)header->flags);
	return STATUS_OK;
}

static enum status check_tables(struct bytes file, const struct elf_file_header *header, struct diagnosis *why)
{
	if (header->header_size_bytes != sizeof *header)
		return diagnosis_set(why, STATUS_MALFORMED, "the header calls itself %u bytes long; it is 64",
			header->header_size_bytes);
	if (header->program_header_count != 0 || header->program_headers_offset != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "a relocatable object has no program headers; this has %u",
			header->program_header_count);
	if (header->section_header_size_bytes != sizeof(struct elf_section_header))
		return diagnosis_set(why, STATUS_MALFORMED, "section headers of %u bytes; they have 64",
			header->section_header_size_bytes);
	if (header->section_count == 0)
		return diagnosis_set(why, STATUS_UNSUPPORTED, "no section headers, or more than 65279 of them");
	if (header->section_count >= SECTION_INDEX_RESERVED)
		return diagnosis_set(why, STATUS_MALFORMED, "%u sections; 65279 is the most that the header can say",
			header->section_count);
	if (header->section_headers_offset % 8 != 0)
		return diagnosis_set(why, STATUS_MALFORMED, "section headers at offset %#llx, not a multiple of 8",
			(unsigned long long)header->section_headers_offset);
	if (header->section_headers_offset < sizeof *header)
		return diagnosis_set(why, STATUS_MALFORMED, "section headers at offset %#llx, inside the file header",
			(unsigned long long)header->section_headers_offset);
	uint64_t table_size_bytes = (uint64_t)header->section_count * sizeof(struct elf_section_header);
	if (header->section_headers_offset > file.size_bytes ||
		table_size_bytes > file.size_bytes - header->section_headers_offset)
		return diagnosis_set(why, STATUS_MALFORMED,
			"%u section headers at offset %#llx end beyond the file's %zu bytes", header->section_count,
			(unsigned long long)header->section_headers_offset, file.size_bytes);
	if (header->section_names_index == 0 || header->section_names_index >= header->section_count)
		return diagnosis_set(why, STATUS_MALFORMED, "section names in section %u; there are %u sections",
			header->section_names_index, header->section_count);
	return STATUS_OK;
}

// The one string table that must be known before any section can be named.
static enum status find_section_names(struct elf_object *object, uint32_t index, struct diagnosis *why)
{
	const struct elf_section_header *header = elf_section_header_at(object, index);
	if (header->type != ELF_SECTION_STRINGS)
		return diagnosis_set(why, STATUS_MALFORMED,
			"section %u should hold the section names; it is no string table (type %u)", (unsigned)index,
			(unsigned)header->type);
	if (bytes_slice(object->file, header->offset, header->size_bytes, &object->section_names))
		return diagnosis_set(
			why, STATUS_MALFORMED, "the section names (section %u) end beyond the file", (unsigned)index);
	return STATUS_OK;
}

enum status elf_object_open(struct bytes file, struct elf_object *object, struct diagnosis *why)
{
	struct elf_file_header header;
	if (bytes_read(file, 0, &header, sizeof header))
		return diagnosis_set(why, STATUS_MALFORMED, "%zu bytes; an ELF header alone has 64", file.size_bytes);
	TRY(check_identity(&header, why));
	TRY(check_tables(file, &header, why));

	struct elf_object candidate = {.file = file, .section_count = header.section_count};
	TRY(bytes_slice(file, header.section_headers_offset,
		(uint64_t)header.section_count * sizeof(struct elf_section_header), &candidate.section_headers));
	TRY(find_section_names(&candidate, header.section_names_index, why));

	uint32_t symbol_table = 0;
	TRY(elf_check_sections(&candidate, header.section_headers_offset, &symbol_table, why));
	if (symbol_table != 0)
		TRY(elf_check_symbols(&candidate, elf_section_header_at(&candidate, symbol_table)->info, why));
	TRY(elf_check_relocations(&candidate, symbol_table, why));
	*object = candidate;
	return STATUS_OK;
}

void elf_object_section(const struct elf_object *object, uint32_t index, struct elf_section *section)
{
	const struct elf_section_header *header = elf_section_header_at(object, index);
	section->content = (struct bytes){};
	section->flags = header->flags;
	section->size_bytes = header->size_bytes;
	section->alignment = header->alignment == 0 ? 1 : header->alignment;
	section->file_offset = header->offset;
	section->index = index;
	section->type = header->type;
	section->link = header->link;
	section->info = header->info;
	section->name_offset = header->name;
	if (header->type == ELF_SECTION_UNUSED || header->type == ELF_SECTION_ZEROS)
		return;
	if (bytes_slice(object->file, header->offset, header->size_bytes, &section->content))
		panic("elf_object: the file under an opened object has changed");
}

uint64_t elf_object_section_flags(const struct elf_object *object, uint32_t index)
{
	return elf_section_header_at(object, index)->flags;
}

uint32_t elf_object_section_type(const struct elf_object *object, uint32_t index)
{
	return elf_section_header_at(object, index)->type;
}

struct text elf_object_section_name(const struct elf_object *object, const struct elf_section *section)
{
	return elf_read_string(object->section_names, section->name_offset);
}

// Compares without measuring the name: that there is a zero behind it is enough.
static bool is_named(const struct elf_object *object, const struct elf_section_header *header, struct text name)
{
	struct bytes found;
	return !bytes_slice(object->section_names, header->name, name.length + 1, &found) &&
	       bytes_at(found, name.length) == 0 &&
	       bytes_equal(bytes_from(found.data, name.length), bytes_from(name.start, name.length));
}

enum status elf_object_find_section(const struct elf_object *object, struct text name, struct elf_section *section)
{
	for (uint32_t index = 1; index < object->section_count; index++) {
		if (!is_named(object, elf_section_header_at(object, index), name))
			continue;
		elf_object_section(object, index, section);
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

void elf_object_symbol(const struct elf_object *object, uint32_t index, struct elf_symbol *symbol)
{
	const struct elf_symbol_record *record = elf_symbol_record_at(object, index);
	symbol->value = record->value;
	symbol->size_bytes = record->size_bytes;
	symbol->index = index;
	symbol->name_offset = record->name;
	symbol->section = record->section;
	symbol->binding = record->binding_and_type >> 4;
	symbol->type = record->binding_and_type & 0xF;
	symbol->hidden =
		record->visibility != SYMBOL_VISIBILITY_DEFAULT && record->visibility != SYMBOL_VISIBILITY_PROTECTED;
}

struct text elf_object_symbol_name(const struct elf_object *object, const struct elf_symbol *symbol)
{
	if (symbol->type == ELF_SYMBOL_SECTION && symbol->section < object->section_count)
		return elf_name_of(object, elf_section_header_at(object, symbol->section));
	return elf_read_string(object->symbol_names, symbol->name_offset);
}

uint32_t elf_section_relocation_count(const struct elf_section *section)
{
	return (uint32_t)(section->content.size_bytes / sizeof(struct elf_relocation_record));
}

void elf_section_relocation(const struct elf_section *section, uint32_t index, struct elf_relocation *relocation)
{
	struct elf_relocation_records records = elf_relocation_records_of(section);
	const struct elf_relocation_record *record = &ITEM(records, index);
	relocation->offset = record->offset;
	relocation->addend = record->addend;
	relocation->kind = (uint32_t)record->kind_and_symbol;
	relocation->symbol = (uint32_t)(record->kind_and_symbol >> 32);
}
