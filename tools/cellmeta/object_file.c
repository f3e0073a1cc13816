#include "tools/cellmeta/object_file.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <string.h>

// Of libelf, one per file: names point into what they own, so they stay open to the end.
static LIST(Elf *) handles;

enum status object_file_read(const char *path, unsigned char **contents, size_t *size_bytes, struct diagnosis *why)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return diagnosis_set(why, STATUS_NOT_FOUND, "%s", strerror(errno));
	size_t capacity = 1 << 16, size = 0, got;
	unsigned char *data = list_allocate(capacity);
	while ((got = fread(data + size, 1, capacity - size, file)) > 0) {
		size += got;
		if (size < capacity)
			continue;
		unsigned char *larger = list_allocate(capacity * 2);
		memcpy(larger, data, size);
		data = larger;
		capacity *= 2;
	}
	bool failed = ferror(file);
	fclose(file);
	if (failed)
		return diagnosis_set(why, STATUS_NOT_FOUND, "it cannot be read");
	*contents = data;
	*size_bytes = size;
	return STATUS_OK;
}

static enum status read_sections(Elf *elf, struct object_file *object, struct diagnosis *why)
{
	size_t names;
	if (elf_getshdrnum(elf, &object->section_count) || elf_getshdrstrndx(elf, &names))
		return diagnosis_set(why, STATUS_MALFORMED, "no section table: %s", elf_errmsg(-1));
	object->sections = list_allocate(object->section_count * sizeof *object->sections);
	for (size_t index = 1; index < object->section_count; index++) {
		Elf_Scn *scn = elf_getscn(elf, index);
		GElf_Shdr header;
		if (!scn || !gelf_getshdr(scn, &header))
			return diagnosis_set(
				why, STATUS_MALFORMED, "section %zu has no header: %s", index, elf_errmsg(-1));
		const char *name = elf_strptr(elf, names, header.sh_name);
		if (!name)
			return diagnosis_set(
				why, STATUS_MALFORMED, "section %zu has no name: %s", index, elf_errmsg(-1));
		bool in_file = header.sh_type != SHT_NOBITS;
		if (in_file && (header.sh_offset > object->size_bytes ||
				       header.sh_size > object->size_bytes - header.sh_offset))
			return diagnosis_set(
				why, STATUS_MALFORMED, "section %zu (%s) ends beyond the file", index, name);
		object->sections[index] = (struct object_section){.name = name,
			.index = index,
			.type = header.sh_type,
			.flags = header.sh_flags,
			.address = header.sh_addr,
			.size_bytes = header.sh_size,
			.alignment = header.sh_addralign,
			.file_offset = header.sh_offset,
			.data = in_file ? object->contents + header.sh_offset : nullptr};
	}
	return STATUS_OK;
}

static enum status read_symbols(
	Elf *elf, Elf_Scn *scn, const GElf_Shdr *header, struct object_file *object, struct diagnosis *why)
{
	Elf_Data *data = elf_getdata(scn, nullptr);
	size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
	const char *file = nullptr;
	for (size_t index = 1; index < count; index++) {
		GElf_Sym symbol;
		const char *name = nullptr;
		if (data && gelf_getsym(data, (int)index, &symbol))
			name = elf_strptr(elf, header->sh_link, symbol.st_name);
		if (!name)
			return diagnosis_set(why, STATUS_MALFORMED, "symbol %zu is broken: %s", index, elf_errmsg(-1));
		if (GELF_ST_TYPE(symbol.st_info) == STT_FILE)
			file = name;
		bool special = symbol.st_shndx >= SHN_LORESERVE;
		if (!special && symbol.st_shndx >= object->section_count)
			return diagnosis_set(why, STATUS_MALFORMED, "symbol %zu (%s) is in section %u of %zu", index,
				name, symbol.st_shndx, object->section_count);
		*LIST_ADD(&object->symbols) = (struct object_symbol){.name = name,
			.file = GELF_ST_BIND(symbol.st_info) == STB_LOCAL ? file : nullptr,
			.binding = GELF_ST_BIND(symbol.st_info),
			.type = GELF_ST_TYPE(symbol.st_info),
			.visibility = GELF_ST_VISIBILITY(symbol.st_other),
			.section = symbol.st_shndx,
			.value = symbol.st_value,
			.size_bytes = symbol.st_size,
			.index = index};
	}
	return STATUS_OK;
}

static enum status read_relocations(
	Elf_Scn *scn, const GElf_Shdr *header, struct object_file *object, struct diagnosis *why)
{
	Elf_Data *data = elf_getdata(scn, nullptr);
	size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
	for (size_t index = 0; index < count; index++) {
		GElf_Rela rela;
		if (!data || !gelf_getrela(data, (int)index, &rela))
			return diagnosis_set(why, STATUS_MALFORMED, "relocation %zu of section %zu is broken: %s",
				index, (size_t)header->sh_info, elf_errmsg(-1));
		if (header->sh_info >= object->section_count || GELF_R_SYM(rela.r_info) > object->symbols.count)
			return diagnosis_set(why, STATUS_MALFORMED,
				"relocation %zu of section %zu names no section or symbol", index,
				(size_t)header->sh_info);
		*LIST_ADD(&object->relocations) = (struct object_relocation){.section = header->sh_info,
			.kind = (uint32_t)GELF_R_TYPE(rela.r_info),
			.symbol = GELF_R_SYM(rela.r_info),
			.offset = rela.r_offset,
			.addend = rela.r_addend};
	}
	return STATUS_OK;
}

// Symbols come before relocations, which name them, wherever their tables stand in the file.
static enum status read_tables(Elf *elf, struct object_file *object, struct diagnosis *why)
{
	for (int pass = 0; pass < 2; pass++) {
		for (Elf_Scn *scn = elf_nextscn(elf, nullptr); scn; scn = elf_nextscn(elf, scn)) {
			GElf_Shdr header;
			if (!gelf_getshdr(scn, &header))
				return diagnosis_set(why, STATUS_MALFORMED, "%s", elf_errmsg(-1));
			if (pass == 0 && header.sh_type == SHT_SYMTAB)
				TRY(read_symbols(elf, scn, &header, object, why));
			if (pass == 1 && header.sh_type == SHT_RELA)
				TRY(read_relocations(scn, &header, object, why));
		}
	}
	return STATUS_OK;
}

enum status object_file_open(const char *path, struct object_file *object, struct diagnosis *why)
{
	struct object_file opened = {.path = path};
	TRY(object_file_read(path, &opened.contents, &opened.size_bytes, why));
	elf_version(EV_CURRENT);
	Elf *elf = elf_memory((char *)opened.contents, opened.size_bytes);
	GElf_Ehdr header;
	*LIST_ADD(&handles) = elf;
	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return diagnosis_set(why, STATUS_MALFORMED, "offset 0: it is no ELF file");
	if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
		header.e_machine != EM_X86_64)
		return diagnosis_set(
			why, STATUS_MALFORMED, "offset 4: it is no 64-bit little-endian ELF file for x86_64");
	opened.type = header.e_type;
	TRY(read_sections(elf, &opened, why));
	TRY(read_tables(elf, &opened, why));
	*object = opened;
	return STATUS_OK;
}

const struct object_section *object_file_section(const struct object_file *object, const char *name)
{
	for (size_t index = 1; index < object->section_count; index++)
		if (!strcmp(object->sections[index].name, name))
			return &object->sections[index];
	return nullptr;
}

const struct object_symbol *object_file_symbol(const struct object_file *object, size_t index)
{
	return index >= 1 && index <= object->symbols.count ? &object->symbols.items[index - 1] : nullptr;
}

const char *object_file_relocation_name(uint32_t kind)
{
	static const struct {
		uint32_t kind;
		const char *name;
	} names[] = {{R_X86_64_64, "R_X86_64_64"}, {R_X86_64_PC32, "R_X86_64_PC32"}, {R_X86_64_PLT32, "R_X86_64_PLT32"},
		{R_X86_64_32, "R_X86_64_32"}, {R_X86_64_32S, "R_X86_64_32S"}, {R_X86_64_PC64, "R_X86_64_PC64"},
		{R_X86_64_GOTPCREL, "R_X86_64_GOTPCREL"}, {R_X86_64_GOTPCRELX, "R_X86_64_GOTPCRELX"},
		{R_X86_64_REX_GOTPCRELX, "R_X86_64_REX_GOTPCRELX"}, {R_X86_64_TPOFF32, "R_X86_64_TPOFF32"},
		{R_X86_64_GOTTPOFF, "R_X86_64_GOTTPOFF"}, {R_X86_64_16, "R_X86_64_16"},
		{R_X86_64_PC16, "R_X86_64_PC16"}, {R_X86_64_8, "R_X86_64_8"}, {R_X86_64_PC8, "R_X86_64_PC8"}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].kind == kind)
			return names[i].name;
	return list_format("R_X86_64_%u", kind);
}

int object_file_relocation_is_supported(uint32_t kind)
{
	return kind == R_X86_64_64 || kind == R_X86_64_PC32 || kind == R_X86_64_PLT32 || kind == R_X86_64_32 ||
	       kind == R_X86_64_32S;
}
