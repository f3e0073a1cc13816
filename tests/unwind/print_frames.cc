// Prints the unwind table of an object as our readers see it, in the words of llvm-dwarfdump, so that the two can be
// compared: each function, and the rules at every address where they change.
//
//     print_frames FILE.o
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cells/loader/cell_relocation/cell_relocation.h"
#include "cells/loader/elf_object/elf_object.h"
#include "cells/unwind/frame_information/frame_information.h"

namespace
{

const char *const names[FRAME_REGISTER_COUNT] = {"RAX", "RDX", "RCX", "RBX", "RSI", "RDI", "RBP", "RSP", "R8", "R9",
	"R10", "R11", "R12", "R13", "R14", "R15", "RIP"};

std::string with_offset(const char *name, int32_t offset)
{
	char text[40];
	snprintf(text, sizeof text, offset ? "%s%+d" : "%s", name, (int)offset);
	return text;
}

std::string text_of(const struct frame_rule &rule)
{
	switch (rule.kind) {
	case FRAME_RULE_UNDEFINED:
		return "undefined";
	case FRAME_RULE_OFFSET:
		return "[" + with_offset("CFA", rule.offset) + "]";
	case FRAME_RULE_VALUE_OFFSET:
		return with_offset("CFA", rule.offset);
	case FRAME_RULE_REGISTER:
		return names[rule.source];
	default:
		return "expression";
	}
}

std::string text_of(const struct frame_row &row)
{
	std::string text = "CFA=";
	text += row.rules.cfa.kind == FRAME_RULE_REGISTER
			? with_offset(names[row.rules.cfa.source], row.rules.cfa.offset)
			: "expression";
	const char *separator = ": ";
	for (unsigned number = 0; number < FRAME_REGISTER_COUNT; number++) {
		if (row.rules.registers[number].kind == FRAME_RULE_SAME)
			continue;
		text += separator + std::string(names[number]) + "=" + text_of(row.rules.registers[number]);
		separator = ", ";
	}
	return text;
}

// Binds the table as if every section lay at 0: as llvm-dwarfdump does.
bool bind(const struct elf_object &object, const struct elf_section &section, std::vector<uint8_t> &table)
{
	struct diagnosis why = {};
	for (uint32_t index = 1; index < object.section_count; index++) {
		struct elf_section relocations;
		elf_object_section(&object, index, &relocations);
		if (relocations.type != ELF_SECTION_RELOCATIONS || relocations.info != section.index)
			continue;
		for (uint32_t number = 0; number < elf_section_relocation_count(&relocations); number++) {
			struct elf_relocation relocation;
			struct elf_symbol symbol;
			elf_section_relocation(&relocations, number, &relocation);
			elf_object_symbol(&object, relocation.symbol, &symbol);
			if (cell_relocation_apply(bytes_mut_from(table.data(), table.size()), 0, relocation.kind,
				    relocation.offset, symbol.value, relocation.addend, &why)) {
				fprintf(stderr, "print_frames: %s\n", why.message);
				return false;
			}
		}
	}
	return true;
}

bool print(const struct frame_table &table)
{
	struct frame_common common = {};
	size_t cursor = 0, offset;
	struct frame_entry entry;
	struct diagnosis why = {};
	enum status status;
	while (!(status = frame_information_next(&table, &cursor, &common, &offset, &entry, &why))) {
		printf("FDE pc=%08llx...%08llx\n", (unsigned long long)entry.function_start,
			(unsigned long long)(entry.function_start + entry.function_size_bytes));
		std::string before;
		for (uint64_t at = 0; at < entry.function_size_bytes; at++) {
			struct frame_row row;
			if (frame_information_row(&entry, entry.function_start + at, &common, &row, &why)) {
				fprintf(stderr, "print_frames: %s\n", why.message);
				return false;
			}
			std::string text = text_of(row);
			if (text != before)
				printf("0x%llx: %s\n", (unsigned long long)(entry.function_start + at), text.c_str());
			before = text;
		}
	}
	if (status != STATUS_END)
		fprintf(stderr, "print_frames: %s\n", why.message);
	return status == STATUS_END;
}

} // namespace

int main(int count, char **arguments)
{
	if (count != 2)
		return 64;
	std::ifstream in(arguments[1], std::ios::binary);
	std::vector<char> file((std::istreambuf_iterator<char>(in)), {});
	struct elf_object object;
	struct elf_section section;
	struct diagnosis why = {};
	if (elf_object_open(bytes_from(file.data(), file.size()), &object, &why)) {
		fprintf(stderr, "print_frames: %s\n", why.message);
		return 65;
	}
	if (elf_object_find_section(&object, TEXT(".eh_frame"), &section))
		return 0; // no code
	std::vector<uint8_t> content(section.content.data, section.content.data + section.content.size_bytes);
	if (!bind(object, section, content))
		return 65;
	return print({bytes_from(content.data(), content.size()), 0}) ? 0 : 65;
}
