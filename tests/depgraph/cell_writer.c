#include "tests/depgraph/cell_writer.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells/loader/cell_metadata/cell_metadata.h"

void buffer_append(struct buffer *buffer, const void *data, size_t size_bytes)
{
	if (!size_bytes)
		return;
	if (buffer->size_bytes + size_bytes > buffer->capacity_bytes) {
		buffer->capacity_bytes = (buffer->size_bytes + size_bytes) * 2 + 256;
		buffer->data = realloc(buffer->data, buffer->capacity_bytes);
		if (!buffer->data)
			abort();
	}
	if (data)
		memcpy(buffer->data + buffer->size_bytes, data, size_bytes);
	else
		memset(buffer->data + buffer->size_bytes, 0, size_bytes);
	buffer->size_bytes += size_bytes;
}

void buffer_align(struct buffer *buffer, size_t alignment)
{
	buffer_append(buffer, NULL, (alignment - buffer->size_bytes % alignment) % alignment);
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){};
}

static uint32_t add_string(struct buffer *strings, const char *text)
{
	if (!text || !*text)
		return 0;
	uint32_t offset = (uint32_t)strings->size_bytes;
	uint16_t length = (uint16_t)strlen(text);
	buffer_append(strings, &length, sizeof length);
	buffer_append(strings, text, (size_t)length + 1);
	return offset;
}

// Not a cryptographic hash: the tests need only that equal types have equal ones.
static struct cell_type_hash hash_of(const char *type)
{
	struct cell_type_hash hash = {};
	uint64_t state = 0xcbf29ce484222325;
	for (size_t i = 0; type && i < sizeof hash.bytes; i++) {
		for (const char *c = type; *c; c++)
			state = (state ^ (unsigned char)*c) * 0x100000001b3;
		hash.bytes[i] = (unsigned char)(state >> 32);
	}
	return hash;
}

static int compare_symbols(const void *a, const void *b)
{
	return strcmp(((const struct written_symbol *)a)->name, ((const struct written_symbol *)b)->name);
}

static int compare_dependencies(const void *a, const void *b)
{
	return strcmp(((const struct written_dependency *)a)->name, ((const struct written_dependency *)b)->name);
}

static uint32_t dependency_index(const struct written_cell *cell, const char *name)
{
	for (uint32_t i = 0; i < cell->dependency_count; i++)
		if (strcmp(cell->dependencies[i].name, name) == 0)
			return i;
	fprintf(stderr, "%s: no dependency %s\n", cell->name, name);
	abort();
}

static void sort_tables(struct written_cell *cell)
{
	if (cell->dependency_count)
		qsort(cell->dependencies, cell->dependency_count, sizeof *cell->dependencies, compare_dependencies);
	if (cell->export_count)
		qsort(cell->exports, cell->export_count, sizeof *cell->exports, compare_symbols);
	if (cell->import_count)
		qsort(cell->imports, cell->import_count, sizeof *cell->imports, compare_symbols);
	if (cell->state_count)
		qsort(cell->states, cell->state_count, sizeof *cell->states, compare_symbols);
}

static void write_tables(const struct written_cell *cell, struct buffer *tables, struct buffer *strings)
{
	for (size_t i = 0; i < cell->dependency_count; i++) {
		struct cell_metadata_dependency_record record = {
			add_string(strings, cell->dependencies[i].name), cell->dependencies[i].kinds};
		buffer_append(tables, &record, sizeof record);
	}
	for (size_t i = 0; i < cell->export_count; i++) {
		struct cell_metadata_export_record record = {add_string(strings, cell->exports[i].name),
			CELL_SYMBOL_FUNCTION, hash_of(cell->exports[i].type)};
		buffer_append(tables, &record, sizeof record);
	}
	for (size_t i = 0; i < cell->import_count; i++) {
		struct cell_metadata_import_record record = {add_string(strings, cell->imports[i].name),
			dependency_index(cell, cell->imports[i].cell), hash_of(cell->imports[i].type)};
		buffer_append(tables, &record, sizeof record);
	}
	for (size_t i = 0; i < cell->state_count; i++) {
		struct cell_metadata_state_record record = {add_string(strings, cell->states[i].name), 0,
			cell->states[i].size_bytes, hash_of(cell->states[i].type)};
		buffer_append(tables, &record, sizeof record);
	}
}

void cell_writer_metadata(struct written_cell *cell, struct buffer *to)
{
	struct buffer tables = {}, strings = {};
	buffer_append(&strings, NULL, 3);
	sort_tables(cell);
	struct cell_metadata_header header = {
		.version = CELL_METADATA_VERSION,
		.cell_class = cell->cell_class,
		.name_string = add_string(&strings, cell->name),
		.group_string = add_string(&strings, cell->group),
		.version_string = add_string(&strings, cell->version),
		.dependency_count = (uint32_t)cell->dependency_count,
		.export_count = (uint32_t)cell->export_count,
		.import_count = (uint32_t)cell->import_count,
		.state_count = (uint32_t)cell->state_count,
	};
	memcpy(header.magic, CELL_METADATA_MAGIC, sizeof header.magic);
	write_tables(cell, &tables, &strings);
	header.dependencies_offset = sizeof header;
	header.exports_offset = header.dependencies_offset +
				header.dependency_count * (uint32_t)sizeof(struct cell_metadata_dependency_record);
	header.imports_offset =
		header.exports_offset + header.export_count * (uint32_t)sizeof(struct cell_metadata_export_record);
	header.states_offset =
		header.imports_offset + header.import_count * (uint32_t)sizeof(struct cell_metadata_import_record);
	header.strings_offset = (uint32_t)(sizeof header + tables.size_bytes);
	header.strings_size_bytes = (uint32_t)strings.size_bytes;
	header.size_bytes = (header.strings_offset + header.strings_size_bytes + 7) / 8 * 8;
	size_t start = to->size_bytes;
	buffer_append(to, &header, sizeof header);
	buffer_append(to, tables.data, tables.size_bytes);
	buffer_append(to, strings.data, strings.size_bytes);
	buffer_append(to, NULL, header.size_bytes - (to->size_bytes - start));
	buffer_free(&tables);
	buffer_free(&strings);
}

// The sections of an object, by index.
enum {
	SECTION_TEXT = 1,
	SECTION_STATE,
	SECTION_DATA,
	SECTION_METADATA,
	SECTION_SYMBOLS,
	SECTION_STRINGS,
	SECTION_NAMES,
	SECTION_COUNT,
	NAME_KSYMTAB_STRINGS = SECTION_COUNT, // in place of the metadata
	NAME_THIS_MODULE                      // in place of .data
};

static const char section_names[] = "\0.text\0.bss.cell_state\0.data\0" CELL_METADATA_SECTION
				    "\0.symtab\0.strtab\0.shstrtab\0__ksymtab_strings\0.gnu.linkonce.this_module";

static uint32_t section_name(size_t section)
{
	uint32_t at = 0;
	for (size_t i = 0; i < section; i++)
		at += (uint32_t)strlen(section_names + at) + 1;
	return at;
}

static void add_symbol(
	struct buffer *symbols, struct buffer *strings, const char *name, uint16_t section, uint64_t size)
{
	Elf64_Sym symbol = {
		.st_name = (Elf64_Word)strings->size_bytes,
		.st_info = ELF64_ST_INFO(STB_GLOBAL, section == SHN_UNDEF ? STT_NOTYPE : STT_FUNC),
		.st_shndx = section,
		.st_size = size,
	};
	buffer_append(strings, name, strlen(name) + 1);
	buffer_append(symbols, &symbol, sizeof symbol);
}

static void write_symbols(const struct written_cell *cell, struct buffer *symbols, struct buffer *strings)
{
	buffer_append(symbols, NULL, sizeof(Elf64_Sym));
	buffer_append(strings, NULL, 1);
	for (size_t i = 0; i < cell->export_count; i++)
		add_symbol(symbols, strings, cell->exports[i].name, SECTION_TEXT, 16);
	for (size_t i = 0; cell->module && i < cell->export_count; i++) {
		char name[512];
		snprintf(name, sizeof name, "__ksymtab_%s", cell->exports[i].name);
		add_symbol(symbols, strings, name, SECTION_DATA, 0);
	}
	for (size_t i = 0; i < cell->import_count; i++)
		add_symbol(symbols, strings, cell->imports[i].name, SHN_UNDEF, 0);
}

// What a section is called in the object at hand.
static size_t name_of_section(const struct written_cell *cell, size_t section)
{
	if (section == SECTION_METADATA && cell->bare)
		return cell->module ? NAME_KSYMTAB_STRINGS : SECTION_DATA;
	return section == SECTION_DATA && cell->module ? NAME_THIS_MODULE : section;
}

static void place(struct buffer *to, size_t start, Elf64_Shdr *header, const struct buffer *contents)
{
	buffer_align(to, 8);
	header->sh_offset = to->size_bytes - start;
	header->sh_size = contents->size_bytes;
	buffer_append(to, contents->data, contents->size_bytes);
}

void cell_writer_object(struct written_cell *cell, struct buffer *to)
{
	struct buffer metadata = {}, symbols = {}, strings = {}, text = {}, data = {}, names = {};
	if (!cell->module)
		cell_writer_metadata(cell, &metadata);
	for (size_t i = 0; cell->module && i < cell->export_count; i++)
		buffer_append(&metadata, cell->exports[i].name, strlen(cell->exports[i].name) + 1);
	write_symbols(cell, &symbols, &strings);
	buffer_append(&text, NULL, cell->code_bytes);
	buffer_append(&data, NULL, cell->spilled_bytes);
	buffer_append(&names, section_names, sizeof section_names);
	uint64_t state_bytes = 0;
	for (size_t i = 0; i < cell->state_count; i++)
		state_bytes += cell->states[i].size_bytes;
	Elf64_Shdr sections[SECTION_COUNT] = {
		[SECTION_TEXT] = {.sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_EXECINSTR, .sh_addralign = 16},
		[SECTION_STATE] = {.sh_type = SHT_NOBITS, .sh_flags = SHF_ALLOC | SHF_WRITE, .sh_addralign = 8},
		[SECTION_DATA] = {.sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_WRITE, .sh_addralign = 8},
		[SECTION_METADATA] = {.sh_type = SHT_PROGBITS, .sh_addralign = 8},
		[SECTION_SYMBOLS] = {.sh_type = SHT_SYMTAB,
			.sh_addralign = 8,
			.sh_link = SECTION_STRINGS,
			.sh_info = 1,
			.sh_entsize = sizeof(Elf64_Sym)},
		[SECTION_STRINGS] = {.sh_type = SHT_STRTAB, .sh_addralign = 1},
		[SECTION_NAMES] = {.sh_type = SHT_STRTAB, .sh_addralign = 1},
	};
	for (size_t i = 1; i < SECTION_COUNT; i++)
		sections[i].sh_name = section_name(name_of_section(cell, i));
	Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_REL,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof header,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = SECTION_COUNT,
		.e_shstrndx = SECTION_NAMES,
	};
	size_t start = to->size_bytes;
	buffer_append(to, NULL, sizeof header);
	place(to, start, &sections[SECTION_TEXT], &text);
	place(to, start, &sections[SECTION_DATA], &data);
	place(to, start, &sections[SECTION_METADATA], &metadata);
	place(to, start, &sections[SECTION_SYMBOLS], &symbols);
	place(to, start, &sections[SECTION_STRINGS], &strings);
	place(to, start, &sections[SECTION_NAMES], &names);
	sections[SECTION_STATE].sh_size = state_bytes;
	sections[SECTION_STATE].sh_offset = sections[SECTION_DATA].sh_offset;
	buffer_align(to, 8);
	header.e_shoff = to->size_bytes - start;
	buffer_append(to, sections, sizeof sections);
	memcpy(to->data + start, &header, sizeof header);
	struct buffer *const all[] = {&metadata, &symbols, &strings, &text, &data, &names};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		buffer_free(all[i]);
}
