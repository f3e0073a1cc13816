#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/cell_audit/code_rules.h"
#include "tools/cell_audit/failure.h"

// Which code an entry of .eh_frame is for.
struct covered {
	const char *section;
	uint64_t start, end;
};

struct tables {
	const char *object;
	Elf *elf;
	size_t names;          // the section that holds the sections' names
	Elf_Data *frames;      // .eh_frame; null: there is none
	Elf_Data *relocations; // of .eh_frame
	Elf_Data *symbols;     // that the relocations name
	struct covered *covered;
	size_t count;
};

__attribute__((noreturn)) static void malformed(const struct tables *tables, const char *what)
{
	fail(EXIT_BAD_INPUT, "%s: its unwind tables cannot be read: %s", tables->object, what);
}

static uint64_t read_integer(const struct tables *tables, size_t offset, size_t size_bytes)
{
	uint64_t value = 0;
	if (offset > tables->frames->d_size || size_bytes > tables->frames->d_size - offset)
		malformed(tables, "an entry is longer than the section");
	memcpy(&value, (const char *)tables->frames->d_buf + offset, size_bytes);
	return value;
}

// Finds .eh_frame, its relocations and the symbols that they name.
static void open_tables(struct tables *tables)
{
	size_t frames = 0;
	for (Elf_Scn *section = NULL; (section = elf_nextscn(tables->elf, section));) {
		GElf_Shdr header;
		gelf_getshdr(section, &header);
		const char *name = elf_strptr(tables->elf, tables->names, header.sh_name);
		if (name && strcmp(name, ".eh_frame") == 0 && header.sh_type != SHT_RELA) {
			frames = elf_ndxscn(section);
			tables->frames = elf_getdata(section, NULL);
		}
	}
	for (Elf_Scn *section = NULL; (section = elf_nextscn(tables->elf, section));) {
		GElf_Shdr header;
		gelf_getshdr(section, &header);
		if (header.sh_type == SHT_RELA && header.sh_info == frames && frames) {
			tables->relocations = elf_getdata(section, NULL);
			tables->symbols = elf_getdata(elf_getscn(tables->elf, header.sh_link), NULL);
		}
	}
}

// The size of the addresses in the entries of the common entry at `offset`: what its augmentation 'R' says, else 8.
static size_t address_bytes(const struct tables *tables, size_t offset)
{
	size_t at = offset + 9; // length, identifier, version
	const char *augmentation = (const char *)tables->frames->d_buf + at;
	read_integer(tables, at, 1);
	size_t length = strnlen(augmentation, tables->frames->d_size - at);
	at += length + 1;
	for (int numbers = 0; numbers < 4;
		numbers++) // alignments of code and data, return address, augmentation's length
		while (read_integer(tables, at++, 1) & 0x80)
			;
	for (size_t i = 1; i < length && augmentation[0] == 'z'; i++) {
		uint64_t encoding = read_integer(tables, at, 1);
		if (augmentation[i] == 'R')
			return (encoding & 7) == 3 ? 4 : 8;
		if (augmentation[i] == 'P')
			at += (encoding & 7) == 3 ? 5 : 9;
		else if (augmentation[i] == 'L')
			at += 1;
	}
	return 8;
}

// The relocation at `offset` of .eh_frame says where the code begins.
static void add_entry(struct tables *tables, size_t offset, uint64_t size_bytes)
{
	size_t count = tables->relocations ? tables->relocations->d_size / sizeof(Elf64_Rela) : 0;
	for (size_t i = 0; i < count; i++) {
		GElf_Rela relocation;
		GElf_Sym symbol;
		GElf_Shdr header;
		gelf_getrela(tables->relocations, (int)i, &relocation);
		if (relocation.r_offset != offset)
			continue;
		if (!gelf_getsym(tables->symbols, (int)GELF_R_SYM(relocation.r_info), &symbol) ||
			!gelf_getshdr(elf_getscn(tables->elf, symbol.st_shndx), &header))
			malformed(tables, "an entry is for a symbol that is not there");
		uint64_t start = symbol.st_value + (uint64_t)relocation.r_addend;
		struct covered *grown = realloc(tables->covered, (tables->count + 1) * sizeof *grown);
		if (!grown)
			fail(EXIT_BAD_INPUT, "out of memory");
		tables->covered = grown;
		tables->covered[tables->count++] = (struct covered){
			.section = elf_strptr(tables->elf, tables->names, header.sh_name),
			.start = start,
			.end = start + size_bytes,
		};
		return;
	}
}

static void read_entries(struct tables *tables)
{
	for (size_t at = 0; tables->frames && at < tables->frames->d_size;) {
		uint64_t length = read_integer(tables, at, 4);
		if (length == UINT32_MAX)
			malformed(tables, "an entry is of the 64-bit form");
		if (length > 0) {
			uint64_t common =
				read_integer(tables, at + 4, 4); // how far back the common entry is; 0: it is one
			if (common > at + 4)
				malformed(tables, "an entry has no common entry");
			if (common != 0) {
				size_t size_bytes = address_bytes(tables, at + 4 - common);
				add_entry(tables, at + 8, read_integer(tables, at + 8 + size_bytes, size_bytes));
			}
		}
		at += 4 + length;
	}
}

static bool is_covered(const struct tables *tables, const struct code *code, uint64_t address)
{
	for (size_t i = 0; i < tables->count; i++) {
		const struct covered *covered = &tables->covered[i];
		if (address >= covered->start && address < covered->end && covered->section &&
			strcmp(covered->section, code->section) == 0)
			return true;
	}
	return false;
}

// What stands between functions and never runs.
static bool is_padding(const struct instruction *instruction)
{
	static const char *const names[] = {"nop", "int3", "data16", "xchgw"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strncmp(instruction->mnemonic, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static const struct label *function_of(const struct code *code, uint64_t address)
{
	const struct label *nearest = NULL;
	for (size_t i = 0; i < code->label_count; i++)
		if (code->labels[i].address <= address && (!nearest || code->labels[i].address >= nearest->address))
			nearest = &code->labels[i];
	return nearest;
}

// One finding for each function: its first instruction that no entry is for.
static void check_code(const struct tables *tables, const struct code *code, struct findings *findings)
{
	const struct label *reported = NULL;
	bool any = false;
	for (size_t i = 0; i < code->instruction_count; i++) {
		const struct instruction *here = &code->instructions[i];
		const struct label *function = function_of(code, here->address);
		bool prefix = function && strncmp(function->name, "__cfi_", 6) == 0; // the data in front of a function
		if (prefix || is_padding(here) || (any && function == reported) ||
			is_covered(tables, code, here->address))
			continue;
		any = true;
		reported = function;
		report(findings,
			"%s: no unwind table covers it, so no panic could pass it; in assembly, write .cfi_startproc "
			"and .cfi_endproc around the function",
			code_place(code, here->address));
	}
}

void check_unwind_tables(const char *object, const struct disassembly *all, struct findings *findings)
{
	struct tables tables = {.object = object};
	int file = open(object, O_RDONLY | O_CLOEXEC);
	elf_version(EV_CURRENT);
	tables.elf = file < 0 ? NULL : elf_begin(file, ELF_C_READ, NULL);
	if (!tables.elf || elf_getshdrstrndx(tables.elf, &tables.names) != 0)
		malformed(&tables, "it is no ELF object");
	open_tables(&tables);
	read_entries(&tables);
	for (size_t i = 0; i < all->section_count; i++)
		check_code(&tables, &all->sections[i], findings);
	free(tables.covered);
	elf_end(tables.elf);
	close(file);
}
