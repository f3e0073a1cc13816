// What the format lays down: structures as they stand in the file, and the numbers that this cell knows.
//
// Source: System V ABI, "ELF-64 Object File Format" 1.5.
#pragma once

#include <stdint.h>

#include "cells/loader/elf_object/elf_object.h"

// Tables are read where they are in the file, which need not be aligned.
#define PACKED __attribute__((packed))

struct elf_file_header {
	unsigned char magic[4];
	uint8_t file_class;
	uint8_t byte_order;
	uint8_t ident_version;
	uint8_t os_abi;
	uint8_t padding[8];
	uint16_t type;
	uint16_t machine;
	uint32_t version;
	uint64_t entry;
	uint64_t program_headers_offset;
	uint64_t section_headers_offset;
	uint32_t flags;
	uint16_t header_size_bytes;
	uint16_t program_header_size_bytes;
	uint16_t program_header_count;
	uint16_t section_header_size_bytes;
	uint16_t section_count;
	uint16_t section_names_index;
};
static_assert(sizeof(struct elf_file_header) == 64, "the layout is fixed");

struct elf_section_header {
	uint32_t name;
	uint32_t type;
	uint64_t flags;
	uint64_t address;
	uint64_t offset;
	uint64_t size_bytes;
	uint32_t link;
	uint32_t info;
	uint64_t alignment;
	uint64_t entry_size_bytes;
} PACKED;
static_assert(sizeof(struct elf_section_header) == 64, "the layout is fixed");

struct elf_symbol_record {
	uint32_t name;
	uint8_t binding_and_type;
	uint8_t visibility;
	uint16_t section;
	uint64_t value;
	uint64_t size_bytes;
} PACKED;
static_assert(sizeof(struct elf_symbol_record) == 24, "the layout is fixed");

struct elf_relocation_record {
	uint64_t offset;
	uint64_t kind_and_symbol;
	int64_t addend;
} PACKED;
static_assert(sizeof(struct elf_relocation_record) == 24, "the layout is fixed");

enum {
	FILE_CLASS_64 = 2,
	FILE_LITTLE_ENDIAN = 1,
	FILE_VERSION = 1,
	FILE_TYPE_RELOCATABLE = 1,
	FILE_MACHINE_X86_64 = 62,

	SECTION_TYPE_RELOCATIONS_WITHOUT_ADDEND = 9,
	SECTION_TYPE_EXTENDED_INDEXES = 18,
	SECTION_FLAG_COMPRESSED = 0x800,
	SECTION_INDEX_RESERVED = 0xFF00, // from here on an index is a special value
	SECTION_INDEX_COMMON = 0xFFF2,

	SYMBOL_TYPE_COMMON = 5,
	SYMBOL_TYPE_THREAD_LOCAL = 6,
	SYMBOL_TYPE_INDIRECT_FUNCTION = 10,
	SYMBOL_VISIBILITY_DEFAULT = 0,
	SYMBOL_VISIBILITY_PROTECTED = 3,

	// Limits of this system, far above what a cell needs, so that no sum of sizes can overflow.
	ALIGNMENT_LIMIT = 4096,
	SECTION_SIZE_LIMIT = 1 << 30,
};

SLICE_TYPE(elf_section_headers, const struct elf_section_header);
SLICE_TYPE(elf_symbol_records, const struct elf_symbol_record);
SLICE_TYPE(elf_relocation_records, const struct elf_relocation_record);

// The header of section `index`. Panics beyond section_count.
static inline const struct elf_section_header *elf_section_header_at(const struct elf_object *object, uint32_t index)
{
	const void *table = object->section_headers.data;
	struct elf_section_headers headers = {table, object->section_count};
	return &ITEM(headers, index);
}

// The record of symbol `index`. Panics beyond symbol_count.
static inline const struct elf_symbol_record *elf_symbol_record_at(const struct elf_object *object, uint32_t index)
{
	const void *table = object->symbols.data;
	struct elf_symbol_records records = {table, object->symbol_count};
	return &ITEM(records, index);
}

// The relocations in the content of their section.
static inline struct elf_relocation_records elf_relocation_records_of(const struct elf_section *section)
{
	const void *table = section->content.data;
	return (struct elf_relocation_records){table, elf_section_relocation_count(section)};
}

// The zero-terminated string at `offset` of a string table that ends in a zero; empty beyond its end.
INTERNAL struct text elf_read_string(struct bytes strings, uint64_t offset);

// The name in a section's header, for messages.
INTERNAL struct text elf_name_of(const struct elf_object *object, const struct elf_section_header *header);

// Judge all section headers; fill object->symbols and symbol_names, and give the index of the symbol table, or 0.
INTERNAL MUST_USE enum status elf_check_sections(
	struct elf_object *object, uint64_t headers_offset, uint32_t *symbol_table, struct diagnosis *why);

// Judge all symbols. `first_global` is what the symbol table's header says.
INTERNAL MUST_USE enum status elf_check_symbols(
	const struct elf_object *object, uint32_t first_global, struct diagnosis *why);

// Judge all relocation sections. `symbol_table` is 0 if there is none.
INTERNAL MUST_USE enum status elf_check_relocations(
	const struct elf_object *object, uint32_t symbol_table, struct diagnosis *why);
