// An ELF file in memory, as plain arrays: sections, symbols, relocations.
//
// Source: System V ABI, chapter 4 (object files); AMD64 supplement, 4.4 (relocation).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/status/status.h"
#include "tools/cellmeta/list.h"

struct object_section {
	const char *name;
	size_t index; // in the file's section table
	uint32_t type;
	uint64_t flags;
	uint64_t address;
	uint64_t size_bytes;
	uint64_t alignment;
	uint64_t file_offset;
	const unsigned char *data; // null if it takes no room in the file
};

struct object_symbol {
	const char *name;
	const char *file; // the source that a local symbol came from, without directories; null if not known
	unsigned char binding;
	unsigned char type;
	unsigned char visibility;
	size_t section; // index, or SHN_UNDEF, SHN_ABS, SHN_COMMON
	uint64_t value;
	uint64_t size_bytes;
	size_t index; // in the file's symbol table
};

struct object_relocation {
	size_t section; // the one that is changed
	uint32_t kind;  // R_X86_64_*
	size_t symbol;  // index in the file's symbol table
	uint64_t offset;
	int64_t addend;
};

struct object_file {
	const char *path;
	unsigned char *contents;
	size_t size_bytes;
	uint16_t type; // ET_REL, ET_EXEC
	struct object_section *sections;
	size_t section_count;
	LIST(struct object_symbol) symbols; // without entry 0
	LIST(struct object_relocation) relocations;
};

#ifdef __cplusplus
extern "C" {
#endif

// The whole file, in memory that is never given back. STATUS_NOT_FOUND: it cannot be read.
enum status object_file_read(const char *path, unsigned char **contents, size_t *size_bytes, struct diagnosis *why);

// Reads the file and takes it apart. STATUS_NOT_FOUND: it cannot be read. STATUS_MALFORMED: it is no little-endian
// ELF64 file for x86_64, or a table in it is broken.
enum status object_file_open(const char *path, struct object_file *object, struct diagnosis *why);

// The section of that name, the symbol with that index; null if there is none.
const struct object_section *object_file_section(const struct object_file *object, const char *name);
const struct object_symbol *object_file_symbol(const struct object_file *object, size_t index);

// "R_X86_64_PC32"; "R_X86_64_<number>" for a kind without a name here.
const char *object_file_relocation_name(uint32_t kind);

// 1 if the loader applies relocations of that kind.
int object_file_relocation_is_supported(uint32_t kind);

#ifdef __cplusplus
}
#endif
