// Objects of any content: none may lead the reader outside of the file.
//
//   bazel build --config=fuzz //tests/loader:object_fuzz && bazel-bin/tests/loader/object_fuzz -runs=200000
#include <cstddef>
#include <cstdint>

#include "cells/loader/elf_object/elf_object.h"
#include "tests/loader/cell_maker.h"

using namespace ariadne_test;

static void read_all(const Bytes &file)
{
	struct elf_object object;
	struct diagnosis why = {};
	if (elf_object_open(view(file), &object, &why) != STATUS_OK)
		return;
	for (uint32_t index = 0; index < object.section_count; index++) {
		struct elf_section section;
		elf_object_section(&object, index, &section);
		uint32_t count = section.type == ELF_SECTION_RELOCATIONS ? elf_section_relocation_count(&section) : 0;
		for (uint32_t number = 0; number < count; number++) {
			struct elf_relocation relocation;
			struct elf_symbol symbol;
			elf_section_relocation(&section, number, &relocation);
			elf_object_symbol(&object, relocation.symbol, &symbol);
		}
	}
	for (uint32_t index = 0; index < object.symbol_count; index++) {
		struct elf_symbol symbol;
		elf_object_symbol(&object, index, &symbol);
	}
}

// The first byte says whether the rest is a file, or changes to a good one: two bytes of place and one of content each.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const Bytes good = middle_cell().finish().object;
	if (size == 0)
		return 0;
	if (data[0] & 1) {
		read_all(Bytes(data + 1, data + size));
		return 0;
	}
	Bytes file = good;
	for (size_t at = 1; at + 2 < size; at += 3)
		file[(data[at] | (size_t)data[at + 1] << 8) % file.size()] = data[at + 2];
	read_all(file);
	return 0;
}
