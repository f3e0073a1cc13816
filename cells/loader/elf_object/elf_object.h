// Relocatable ELF objects for x86-64, read without trust.
//
// `elf_object_open` judges the whole file once: every offset, size, alignment, link, index and name in it. After that
// the accessors below can only be misused (an index beyond the count panics), so code that walks an opened object has
// no error paths of its own. Nothing is copied: an `elf_object` and everything read through it are views of the file.
//
// Context: pure; no allocation, no lock; callable from anywhere.
// Source: System V ABI, "ELF-64 Object File Format" 1.5; x86-64 psABI 1.0, section 4.4 (relocation).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/diagnosis/diagnosis.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

enum elf_section_type {
	ELF_SECTION_UNUSED = 0,
	ELF_SECTION_CONTENT = 1, // bytes of the program
	ELF_SECTION_SYMBOLS = 2,
	ELF_SECTION_STRINGS = 3,
	ELF_SECTION_RELOCATIONS = 4, // with addends
	ELF_SECTION_NOTE = 7,
	ELF_SECTION_ZEROS = 8, // memory without bytes in the file
	ELF_SECTION_INIT_ARRAY = 14,
	ELF_SECTION_FINI_ARRAY = 15,
	ELF_SECTION_PREINIT_ARRAY = 16,
	ELF_SECTION_GROUP = 17,
	ELF_SECTION_UNWIND = 0x70000001, // .eh_frame
};

// Bits of `elf_section.flags`.
enum {
	ELF_FLAG_WRITE = 0x1,
	ELF_FLAG_ALLOCATE = 0x2, // has memory in the running system
	ELF_FLAG_EXECUTE = 0x4,
	ELF_FLAG_THREAD_LOCAL = 0x400,
};

enum elf_symbol_binding { ELF_BINDING_LOCAL = 0, ELF_BINDING_GLOBAL = 1, ELF_BINDING_WEAK = 2 };

enum elf_symbol_type {
	ELF_SYMBOL_NONE = 0,
	ELF_SYMBOL_OBJECT = 1,
	ELF_SYMBOL_FUNCTION = 2,
	ELF_SYMBOL_SECTION = 3,
	ELF_SYMBOL_FILE = 4,
};

// Special values of `elf_symbol.section`.
enum { ELF_SECTION_UNDEFINED = 0, ELF_SECTION_ABSOLUTE = 0xFFF1 };

struct elf_object {
	struct bytes file;
	struct bytes section_headers;
	struct bytes section_names;
	struct bytes symbols; // empty if the object has none
	struct bytes symbol_names;
	uint32_t section_count; // the unused section 0 included
	uint32_t symbol_count;  // the unused symbol 0 included
};

struct elf_section {
	struct bytes content; // empty for ELF_SECTION_ZEROS
	uint64_t flags;
	uint64_t size_bytes; // in memory
	uint64_t alignment;  // a power of two, 1 at least
	uint64_t file_offset;
	uint32_t index;
	uint32_t type; // enum elf_section_type, or a type that this system does not know
	uint32_t link;
	uint32_t info;
	uint32_t name_offset; // in elf_object.section_names
};

struct elf_symbol {
	uint64_t value; // offset in its section
	uint64_t size_bytes;
	uint32_t index;
	uint32_t name_offset; // in elf_object.symbol_names
	uint32_t section;     // ELF_SECTION_UNDEFINED, ELF_SECTION_ABSOLUTE, or an index
	uint8_t binding;      // enum elf_symbol_binding
	uint8_t type;         // enum elf_symbol_type
	bool hidden;          // not visible outside its object
};

struct elf_relocation {
	uint64_t offset; // in the section that is to be changed, and within it
	int64_t addend;
	uint32_t kind; // R_X86_64_*; see cells/loader/cell_relocation
	uint32_t symbol;
};

#ifdef __cplusplus
extern "C" {
#endif

// Judges `file` and fills `object`, a view of it.
// STATUS_MALFORMED: it breaks a rule of the format. STATUS_UNSUPPORTED: it keeps them, but is not a 64-bit
// little-endian relocatable x86-64 object, or uses what cells cannot have (thread-local data, common symbols, section
// groups, relocations without addends, memory that is writable and executable). `why` says which rule, where.
MUST_USE enum status elf_object_open(struct bytes file, struct elf_object *object, struct diagnosis *why);

// Section `index`, below section_count. Panics beyond.
void elf_object_section(const struct elf_object *object, uint32_t index, struct elf_section *section);

// The first section of that name. STATUS_NOT_FOUND: there is none.
MUST_USE enum status elf_object_find_section(
	const struct elf_object *object, struct text name, struct elf_section *section);

// What most sections are passed over by: the flags and the type of section `index`. Panics beyond.
uint64_t elf_object_section_flags(const struct elf_object *object, uint32_t index);
uint32_t elf_object_section_type(const struct elf_object *object, uint32_t index);

// The name of a section of this object. It is not read with the section: few names are ever looked at.
struct text elf_object_section_name(const struct elf_object *object, const struct elf_section *section);

// The name of a symbol of this object; of a symbol for a section, that section's name.
struct text elf_object_symbol_name(const struct elf_object *object, const struct elf_symbol *symbol);

// Symbol `index`, below symbol_count. Panics beyond.
void elf_object_symbol(const struct elf_object *object, uint32_t index, struct elf_symbol *symbol);

// How many relocations a section of type ELF_SECTION_RELOCATIONS holds; they are for section `section->info`.
uint32_t elf_section_relocation_count(const struct elf_section *section);

// Relocation `index` of such a section. Panics beyond its count.
void elf_section_relocation(const struct elf_section *section, uint32_t index, struct elf_relocation *relocation);

#ifdef __cplusplus
}
#endif
