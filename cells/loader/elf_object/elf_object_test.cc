#include "cells/loader/elf_object/elf_object.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>

#include "tests/loader/object_builder.h"

namespace
{

using namespace ariadne_test;

// An object with all that a cell may have. Text 1, rodata 2, zeros 3, debug 4.
struct Good {
	ObjectBuilder builder;
	Bytes file;
	Good()
	{
		builder.add_section({".text.f", 1, 0x6, {0xE8, 0, 0, 0, 0, 0xC3, 0x90, 0x90}, 0, 16});
		builder.add_section({".rodata.str", 1, 0x32, {'h', 'i', 0}});
		builder.add_section({".bss.cell_state", 8, 0x3, {}, 64, 8});
		builder.add_section({".eh_frame", 0x70000001, 0x2, Bytes(8), 0, 8});
		builder.add_section({".comment", 1, 0, {'x', 0}});
		builder.add_symbol({"source.c", 0, 4, 0xFFF1});
		builder.add_symbol({"assembler_counter", 0, 0, 0xFFF1, 256});
		builder.add_symbol({"", 0, 3, 2});
		builder.add_symbol({"state", 0, 1, 3, 8, 16});
		builder.add_symbol({"f", 1, 2, 1, 0, 6});
		builder.add_symbol({"needed", 1, 0, 0});
		builder.add_symbol({"shy", 1, 2, 1, 6, 2, 2});
		builder.add_relocation(1, {1, 4, "needed", -4});
		builder.add_relocation(4, {0, 2, "f", 3});
		file = builder.build();
	}
	size_t header(const char *section, size_t field) const
	{
		return builder.section_header(section) + field;
	}
};

// Offsets in a section header, a symbol and a relocation.
enum {
	NAME = 0,
	TYPE = 4,
	FLAGS = 8,
	ADDRESS = 16,
	OFFSET = 24,
	SIZE = 32,
	LINK = 40,
	INFO = 44,
	ALIGNMENT = 48,
	ENTRY = 56
};
enum { S_NAME = 0, S_KIND = 4, S_SECTION = 6, S_VALUE = 8, S_SIZE = 16 };
enum { R_OFFSET = 0, R_KIND = 8, R_SYMBOL = 12 };

TEST(ElfObject, ReadsAGoodObject)
{
	Good good;
	struct elf_object object;
	struct diagnosis why = {};
	ASSERT_EQ(elf_object_open(view(good.file), &object, &why), STATUS_OK) << why.message;
	EXPECT_EQ(object.section_count, good.builder.section_count());
	EXPECT_EQ(object.symbol_count, 8u);

	struct elf_section section;
	elf_object_section(&object, 1, &section);
	EXPECT_EQ(std::string(elf_object_section_name(&object, &section).start,
			  elf_object_section_name(&object, &section).length),
		".text.f");
	EXPECT_EQ(section.size_bytes, 8u);
	EXPECT_EQ(section.alignment, 16u);
	EXPECT_EQ(section.flags, (uint64_t)(ELF_FLAG_ALLOCATE | ELF_FLAG_EXECUTE));
	EXPECT_EQ(section.content.data, good.file.data() + section.file_offset);
	ASSERT_EQ(elf_object_find_section(&object, TEXT(".bss.cell_state"), &section), STATUS_OK);
	EXPECT_EQ(section.index, 3u);
	EXPECT_EQ(section.size_bytes, 64u);
	EXPECT_EQ(section.content.size_bytes, 0u);
	EXPECT_EQ(elf_object_find_section(&object, TEXT(".nothing"), &section), STATUS_NOT_FOUND);
	elf_object_section(&object, 5, &section);
	EXPECT_EQ(section.alignment, 1u);
}

std::string text_of(struct text text)
{
	return std::string(text.start, text.length);
}

TEST(ElfObject, ReadsSymbolsAndRelocations)
{
	Good good;
	struct elf_object object;
	ASSERT_EQ(elf_object_open(view(good.file), &object, nullptr), STATUS_OK);
	std::set<std::string> names;
	for (uint32_t i = 0; i < object.symbol_count; i++) {
		struct elf_symbol symbol;
		elf_object_symbol(&object, i, &symbol);
		names.insert(text_of(elf_object_symbol_name(&object, &symbol)));
		EXPECT_EQ(symbol.hidden, text_of(elf_object_symbol_name(&object, &symbol)) == "shy");
	}
	EXPECT_EQ(names, (std::set<std::string>{
				 "", "source.c", "assembler_counter", ".rodata.str", "state", "f", "needed", "shy"}));

	struct elf_section table;
	ASSERT_EQ(elf_object_find_section(&object, TEXT(".rela.text.f"), &table), STATUS_OK);
	ASSERT_EQ(elf_section_relocation_count(&table), 1u);
	struct elf_relocation relocation;
	elf_section_relocation(&table, 0, &relocation);
	EXPECT_EQ(relocation.offset, 1u);
	EXPECT_EQ(relocation.kind, 4u);
	EXPECT_EQ(relocation.addend, -4);
	struct elf_symbol symbol;
	elf_object_symbol(&object, relocation.symbol, &symbol);
	EXPECT_EQ(text_of(elf_object_symbol_name(&object, &symbol)), "needed");
	EXPECT_EQ(symbol.section, (uint32_t)ELF_SECTION_UNDEFINED);
	EXPECT_EQ(symbol.binding, ELF_BINDING_GLOBAL);
}

TEST(ElfObject, PanicsBeyondTheCounts)
{
	Good good;
	struct elf_object object;
	ASSERT_EQ(elf_object_open(view(good.file), &object, nullptr), STATUS_OK);
	struct elf_section section;
	struct elf_symbol symbol;
	struct elf_relocation relocation;
	EXPECT_THROW(elf_object_section(&object, object.section_count, &section), std::runtime_error);
	EXPECT_THROW(elf_object_symbol(&object, object.symbol_count, &symbol), std::runtime_error);
	ASSERT_EQ(elf_object_find_section(&object, TEXT(".rela.text.f"), &section), STATUS_OK);
	EXPECT_THROW(elf_section_relocation(&section, 1, &relocation), std::runtime_error);
}

TEST(ElfObject, TakesSectionsInAnyOrderOfTheFile)
{
	Good good;
	// The contents of .comment and .rodata.str change places: the table is no longer in order, but nothing
	// overlaps.
	size_t a = good.header(".rodata.str", OFFSET), b = good.header(".comment", OFFSET);
	uint64_t at_a = get(good.file, a, 8), at_b = get(good.file, b, 8);
	put(good.file, a, at_b, 8);
	put(good.file, good.header(".rodata.str", SIZE), 2, 8);
	put(good.file, b, at_a, 8);
	struct elf_object object;
	struct diagnosis why = {};
	EXPECT_EQ(elf_object_open(view(good.file), &object, &why), STATUS_OK) << why.message;
}

TEST(ElfObject, TakesAnObjectWithoutSymbols)
{
	ObjectBuilder builder;
	builder.add_section({".rodata", 1, 0x2, {1}});
	Bytes file = builder.build();
	put(file, builder.section_header(".symtab") + TYPE, 1, 4);
	struct elf_object object;
	struct diagnosis why = {};
	ASSERT_EQ(elf_object_open(view(file), &object, &why), STATUS_OK) << why.message;
	EXPECT_EQ(object.symbol_count, 0u);
}

// ---- What must be refused: one defect each, in words of its own ----

struct Defect {
	const char *name;
	std::function<void(Good &)> make;
	enum status status;
	const char *words;
};

void patch(Good &good, size_t offset, uint64_t value, size_t width)
{
	put(good.file, offset, value, width);
}

#define FILE_FIELD(offset, width, value) [](Good &g) { patch(g, offset, value, width); }
#define SECTION_FIELD(section, field, width, value) [](Good &g) { patch(g, g.header(section, field), value, width); }
#define SYMBOL_FIELD(symbol_name, field, width, value)                                                                 \
	[](Good &g) { patch(g, g.builder.symbol(symbol_name) + field, value, width); }
#define RELOCATION_FIELD(field, width, value)                                                                          \
	[](Good &g) { patch(g, g.builder.relocation(".text.f", 0) + field, value, width); }

const Defect defects[] = {
	{"Empty", [](Good &g) { g.file.clear(); }, STATUS_MALFORMED, "0 bytes; an ELF header alone has 64"},
	{"Short", [](Good &g) { g.file.resize(63); }, STATUS_MALFORMED, "63 bytes; an ELF header alone has 64"},
	{"Magic", FILE_FIELD(3, 1, 'f'), STATUS_MALFORMED, "does not begin with the ELF magic"},
	{"Class", FILE_FIELD(4, 1, 1), STATUS_UNSUPPORTED, "ELF class 1"},
	{"ByteOrder", FILE_FIELD(5, 1, 2), STATUS_UNSUPPORTED, "byte order 2"},
	{"IdentVersion", FILE_FIELD(6, 1, 2), STATUS_UNSUPPORTED, "ELF version 2/1"},
	{"Version", FILE_FIELD(20, 4, 0), STATUS_UNSUPPORTED, "ELF version 1/0"},
	{"OsAbi", FILE_FIELD(7, 1, 3), STATUS_UNSUPPORTED, "OS ABI 3"},
	{"Machine", FILE_FIELD(18, 2, 183), STATUS_UNSUPPORTED, "machine 183"},
	{"Executable", FILE_FIELD(16, 2, 2), STATUS_UNSUPPORTED, "file type 2; cells are relocatable"},
	{"Flags", FILE_FIELD(48, 4, 1), STATUS_UNSUPPORTED, "processor flags 0x1"},
	{"HeaderSize", FILE_FIELD(52, 2, 52), STATUS_MALFORMED, "calls itself 52 bytes long"},
	{"ProgramHeaders", FILE_FIELD(56, 2, 1), STATUS_MALFORMED, "no program headers; this has 1"},
	{"SectionHeaderSize", FILE_FIELD(58, 2, 40), STATUS_MALFORMED, "section headers of 40 bytes"},
	{"NoSections", FILE_FIELD(60, 2, 0), STATUS_UNSUPPORTED, "no section headers, or more than 65279"},
	{"ReservedCount", FILE_FIELD(60, 2, 0xFF00), STATUS_MALFORMED, "65280 sections"},
	{"HeadersMisaligned", [](Good &g) { patch(g, 40, get(g.file, 40, 8) + 4, 8); }, STATUS_MALFORMED,
		"not a multiple of 8"},
	{"HeadersInHeader", FILE_FIELD(40, 8, 0), STATUS_MALFORMED, "inside the file header"},
	{"HeadersBeyondEnd", [](Good &g) { patch(g, 60, get(g.file, 60, 2) + 1, 2); }, STATUS_MALFORMED,
		"section headers at offset"},
	{"HeadersOverflow", FILE_FIELD(40, 8, 0xFFFFFFFFFFFFFFF8), STATUS_MALFORMED, "end beyond the file's"},
	{"NoNames", FILE_FIELD(62, 2, 0), STATUS_MALFORMED, "section names in section 0"},
	{"NamesBeyond", FILE_FIELD(62, 2, 99), STATUS_MALFORMED, "section names in section 99"},
	{"NamesNoStrings", FILE_FIELD(62, 2, 1), STATUS_MALFORMED, "it is no string table (type 1)"},
	{"NamesBeyondEnd", SECTION_FIELD(".shstrtab", SIZE, 8, 1 << 20), STATUS_MALFORMED,
		"the section names (section 10) end beyond the file"},
	{"FirstSection", [](Good &g) { patch(g, get(g.file, 40, 8) + TYPE, 1, 4); }, STATUS_MALFORMED,
		"section 0 is in use"},
	{"NamesBegin", [](Good &g) { g.file[g.builder.section_content(".shstrtab")] = 'x'; }, STATUS_MALFORMED,
		"do not begin with an empty name"},
	{"NamesEmpty", SECTION_FIELD(".shstrtab", SIZE, 8, 0), STATUS_MALFORMED, "do not begin with an empty name"},
	{"NamesOpen",
		[](Good &g) {
			patch(g, g.header(".shstrtab", SIZE), get(g.file, g.header(".shstrtab", SIZE), 8) - 1, 8);
		},
		STATUS_MALFORMED, "the last section name is not closed"},
	{"NameBeyond", SECTION_FIELD(".comment", NAME, 4, 0x10000), STATUS_MALFORMED,
		"section 5: its name is at 65536 of the"},
	{"WithoutAddends", SECTION_FIELD(".rela.text.f", TYPE, 4, 9), STATUS_UNSUPPORTED,
		"relocations without addends"},
	{"ExtendedIndexes", SECTION_FIELD(".comment", TYPE, 4, 18), STATUS_UNSUPPORTED, "extends section numbers"},
	{"Group", SECTION_FIELD(".comment", TYPE, 4, 17), STATUS_UNSUPPORTED, "is a section group"},
	{"Constructors", SECTION_FIELD(".rodata.str", TYPE, 4, 14), STATUS_UNSUPPORTED, "lists constructors"},
	{"UnknownType", SECTION_FIELD(".rodata.str", TYPE, 4, 0x60000000), STATUS_UNSUPPORTED,
		"section 2 (.rodata.str) takes memory, but its type 0x60000000 is unknown"},
	{"ThreadLocal", SECTION_FIELD(".bss.cell_state", FLAGS, 8, 0x403), STATUS_UNSUPPORTED,
		"is thread-local; cells"},
	{"Compressed", SECTION_FIELD(".comment", FLAGS, 8, 0x800), STATUS_UNSUPPORTED, "(.comment) is compressed"},
	{"WritableText", SECTION_FIELD(".text.f", FLAGS, 8, 0x7), STATUS_UNSUPPORTED,
		"section 1 (.text.f) would be writable and executable"},
	{"EmptyText", SECTION_FIELD(".bss.cell_state", FLAGS, 8, 0x6), STATUS_UNSUPPORTED,
		"would be executable and has no content"},
	{"Alignment", SECTION_FIELD(".text.f", ALIGNMENT, 8, 24), STATUS_MALFORMED, "alignment 24 is no power of two"},
	{"AlignmentTooLarge", SECTION_FIELD(".text.f", ALIGNMENT, 8, 8192), STATUS_UNSUPPORTED,
		"8192 is more than a page"},
	{"Address", SECTION_FIELD(".text.f", ADDRESS, 8, 0x1000), STATUS_MALFORMED, "claims address 0x1000"},
	{"TooLarge", SECTION_FIELD(".bss.cell_state", SIZE, 8, (1ULL << 30) + 1), STATUS_UNSUPPORTED,
		"1 GiB is the most"},
	{"ContentBeyondEnd", SECTION_FIELD(".text.f", SIZE, 8, 0x10000), STATUS_MALFORMED,
		"section 1 (.text.f): 65536 bytes at offset"},
	{"ContentOverflow", SECTION_FIELD(".text.f", OFFSET, 8, 0xFFFFFFFFFFFFFFFC), STATUS_MALFORMED,
		"offset 0xfffffffffffffffc end beyond"},
	{"InFileHeader", SECTION_FIELD(".comment", OFFSET, 8, 60), STATUS_MALFORMED,
		"section 5 overlaps the file header"},
	{"InSectionHeaders", [](Good &g) { patch(g, g.header(".comment", OFFSET), get(g.file, 40, 8) + 2, 8); },
		STATUS_MALFORMED, "section 5 overlaps the section headers"},
	{"Overlap",
		[](Good &g) { patch(g, g.header(".comment", OFFSET), g.builder.section_content(".text.f") + 7, 8); },
		STATUS_MALFORMED, "sections 1 and 5 overlap in the file"},
	{"TwoSymbolTables",
		[](Good &g) {
			patch(g, g.header(".rela.text.f", TYPE), 2, 4);
			patch(g, g.header(".rela.text.f", LINK), 9, 4);
		},
		STATUS_MALFORMED, "two symbol tables: sections 6 and 8"},
	{"SymbolSize", SECTION_FIELD(".symtab", ENTRY, 8, 16), STATUS_MALFORMED,
		"has entries of 16 bytes; 24 is right"},
	{"SymbolsPartial", SECTION_FIELD(".symtab", SIZE, 8, 8 * 24 - 1), STATUS_MALFORMED,
		"no whole number of entries"},
	{"SymbolsNone", SECTION_FIELD(".symtab", SIZE, 8, 0), STATUS_MALFORMED, "has 0 bytes, no whole number"},
	{"SymbolNamesLink", SECTION_FIELD(".symtab", LINK, 4, 77), STATUS_MALFORMED,
		"names section 77 for its strings"},
	{"SymbolNamesNoStrings", SECTION_FIELD(".symtab", LINK, 4, 2), STATUS_MALFORMED,
		"takes its strings from section 2, which is no string table"},
	{"SymbolNamesBeyondEnd", SECTION_FIELD(".strtab", SIZE, 8, 1 << 20), STATUS_MALFORMED,
		"the symbol names (section 9) end beyond the file"},
	{"SymbolNamesOpen",
		[](Good &g) { patch(g, g.header(".strtab", SIZE), get(g.file, g.header(".strtab", SIZE), 8) - 1, 8); },
		STATUS_MALFORMED, "do not begin and end with a zero"},
	{"LocalCount", SECTION_FIELD(".symtab", INFO, 4, 100), STATUS_MALFORMED,
		"says that 100 symbols are local; it has 8"},
	{"FirstSymbol", [](Good &g) { g.file[g.builder.section_content(".symtab") + S_VALUE] = 1; }, STATUS_MALFORMED,
		"symbol 0 is in use"},
	{"SymbolName", SYMBOL_FIELD("f", S_NAME, 4, 0x20000), STATUS_MALFORMED, "its name is at 131072 of the"},
	{"SymbolBinding", SYMBOL_FIELD("f", S_KIND, 1, 0xA2), STATUS_UNSUPPORTED, "(f): binding 10 is unknown"},
	{"SymbolCommon", SYMBOL_FIELD("f", S_KIND, 1, 0x15), STATUS_UNSUPPORTED, "(f) is a common symbol"},
	{"SymbolCommonSection", SYMBOL_FIELD("f", S_SECTION, 2, 0xFFF2), STATUS_UNSUPPORTED, "(f) is a common symbol"},
	{"SymbolThreadLocal", SYMBOL_FIELD("f", S_KIND, 1, 0x16), STATUS_UNSUPPORTED, "(f) is thread-local"},
	{"SymbolIndirect", SYMBOL_FIELD("f", S_KIND, 1, 0x1A), STATUS_UNSUPPORTED, "(f) is an indirect function"},
	{"SymbolType", SYMBOL_FIELD("f", S_KIND, 1, 0x19), STATUS_UNSUPPORTED, "(f): type 9 is unknown"},
	{"SymbolAbsolute", SYMBOL_FIELD("f", S_SECTION, 2, 0xFFF1), STATUS_UNSUPPORTED, "(f) is a global number"},
	{"SymbolSection", SYMBOL_FIELD("f", S_SECTION, 2, 50), STATUS_MALFORMED, "(f) is in section 50; there are 11"},
	{"SymbolValue", SYMBOL_FIELD("f", S_VALUE, 8, 9), STATUS_MALFORMED,
		"6 bytes at 0x9 end beyond the 8 of section 1"},
	{"SymbolSizeBeyond", SYMBOL_FIELD("f", S_SIZE, 8, 9), STATUS_MALFORMED, "(f): 9 bytes at 0 end beyond"},
	{"SymbolOverflow", SYMBOL_FIELD("state", S_SIZE, 8, 0xFFFFFFFFFFFFFFF8), STATUS_MALFORMED,
		"(state): 18446744073709551608"},
	{"LocalAmongGlobal", SYMBOL_FIELD("f", S_KIND, 1, 0x02), STATUS_MALFORMED, "(f) is local, but stands among"},
	{"GlobalAmongLocal", SYMBOL_FIELD("state", S_KIND, 1, 0x11), STATUS_MALFORMED, "(state) is global, but stands"},
	{"LocalUndefined", SYMBOL_FIELD("state", S_SECTION, 2, 0), STATUS_MALFORMED, "(state) is local and undefined"},
	{"GlobalNameless", SYMBOL_FIELD("needed", S_NAME, 4, 0), STATUS_MALFORMED, "is global and has no name"},
	{"RelocationSize", SECTION_FIELD(".rela.text.f", ENTRY, 8, 16), STATUS_MALFORMED,
		"entries of 16 bytes; relocations"},
	{"RelocationsPartial", SECTION_FIELD(".rela.text.f", SIZE, 8, 20), STATUS_MALFORMED,
		"no whole number of relocations"},
	{"RelocationLink", SECTION_FIELD(".rela.text.f", LINK, 4, 2), STATUS_MALFORMED,
		"takes its symbols from section 2; the symbol table is section 8"},
	{"RelocationNoSymbols", SECTION_FIELD(".symtab", TYPE, 4, 1), STATUS_MALFORMED,
		"the symbol table is section 0"},
	{"RelocationTarget", SECTION_FIELD(".rela.text.f", INFO, 4, 44), STATUS_MALFORMED,
		"relocates section 44; there are 11"},
	{"RelocationTargetNone", SECTION_FIELD(".rela.text.f", INFO, 4, 0), STATUS_MALFORMED, "relocates section 0"},
	{"RelocationTargetZeros", SECTION_FIELD(".rela.text.f", INFO, 4, 3), STATUS_MALFORMED,
		"relocates section 3, which has no content"},
	{"RelocationSymbol", RELOCATION_FIELD(R_SYMBOL, 4, 8), STATUS_MALFORMED, "is to symbol 8; there are 8"},
	{"RelocationOffset", RELOCATION_FIELD(R_OFFSET, 8, 8), STATUS_MALFORMED,
		"is at 0x8 of the 8 bytes of section 1"},
};

class Malformed : public testing::TestWithParam<Defect>
{
};

TEST_P(Malformed, IsRefusedInItsOwnWords)
{
	Good good;
	GetParam().make(good);
	struct elf_object object = {};
	struct diagnosis why = {};
	EXPECT_EQ(elf_object_open(view(good.file), &object, &why), GetParam().status) << why.message;
	EXPECT_NE(std::string(why.message).find(GetParam().words), std::string::npos) << why.message;
	EXPECT_EQ(object.section_count, 0u) << "the result must not be touched";
}

INSTANTIATE_TEST_SUITE_P(Objects, Malformed, testing::ValuesIn(defects),
	[](const testing::TestParamInfo<Defect> &info) { return std::string(info.param.name); });

// No byte may lead outside: every single-byte change, and every length, is either refused or can be read throughout.
void read_all(const Bytes &file)
{
	struct elf_object object;
	if (elf_object_open(view(file), &object, nullptr) != STATUS_OK)
		return;
	for (uint32_t i = 0; i < object.section_count; i++) {
		struct elf_section section;
		elf_object_section(&object, i, &section);
		for (uint32_t r = 0;
			section.type == ELF_SECTION_RELOCATIONS && r < elf_section_relocation_count(&section); r++) {
			struct elf_relocation relocation;
			struct elf_symbol symbol;
			elf_section_relocation(&section, r, &relocation);
			elf_object_symbol(&object, relocation.symbol, &symbol);
		}
	}
	for (uint32_t i = 0; i < object.symbol_count; i++) {
		struct elf_symbol symbol;
		elf_object_symbol(&object, i, &symbol);
	}
}

TEST(ElfObject, SurvivesEveryChangedByteAndEveryLength)
{
	Good good;
	for (size_t at = 0; at < good.file.size(); at++) {
		for (uint8_t value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
			Bytes changed = good.file;
			changed[at] = value;
			read_all(changed);
		}
		read_all(Bytes(good.file.begin(), good.file.begin() + (ptrdiff_t)at));
	}
}

TEST(ElfObject, SurvivesManyChangesAtOnce)
{
	Good good;
	std::mt19937_64 random(20261122);
	for (int round = 0; round < 20000; round++) {
		Bytes changed = good.file;
		for (unsigned n = 1 + random() % 4; n > 0; n--)
			changed[64 + random() % (changed.size() - 64)] = (uint8_t)random();
		read_all(changed);
	}
}

} // namespace
