// Cells that must not load. Each has one defect; each is refused in its own words and leaves no trace, although what
// it depends on is loaded before the defect is met.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace
{

using namespace ariadne_test;

struct Defect {
	const char *name; // also the cell's
	std::function<void(Cell &)> make;
	enum status status;
	const char *words;
};

// Changes the finished file.
std::function<void(Cell &)> patch(std::function<void(Cell &, Bytes &)> change)
{
	return [change](Cell &cell) { cell.spoil = change; };
}

// A second section to relocate, so that its relocations can be spoiled without touching the first's.
uint32_t add_pointers(Cell &cell, size_t count)
{
	uint32_t table = cell.add_object("pointers", Bytes(8 * count), false);
	for (size_t i = 0; i < count; i++)
		cell.object.add_relocation(table, {8 * i, 1, "low_value", 0});
	return table;
}

std::string value_of(const Cell &cell)
{
	return cell.description.name + "_value";
}

const Defect defects[] = {
	{"object_broken", patch([](Cell &, Bytes &file) { file[0] = 0; }), STATUS_MALFORMED,
		"cell object_broken: the file does not begin with the ELF magic"},
	{"no_metadata", [](Cell &c) { c.with_metadata = false; }, STATUS_MALFORMED,
		"cell no_metadata: the object has no section .ariadne.cell"},
	{"metadata_in_memory", [](Cell &c) { c.metadata_flags = 2; }, STATUS_MALFORMED,
		"section .ariadne.cell takes memory"},
	{"metadata_magic", patch([](Cell &c, Bytes &file) { file[c.object.section_content(".ariadne.cell")] = 'X'; }),
		STATUS_MALFORMED, "cell metadata_magic: "},
	{"metadata_version",
		patch([](Cell &c, Bytes &file) { file[c.object.section_content(".ariadne.cell") + 8] = 99; }),
		STATUS_UNSUPPORTED, "cell metadata_version: "},
	{"metadata_short",
		patch([](Cell &c, Bytes &file) { put(file, c.object.section_header(".ariadne.cell") + 32, 100, 8); }),
		STATUS_MALFORMED, "cell metadata_short: "},
	{"other_name", patch([](Cell &c, Bytes &file) {
		 std::string text(file.begin(), file.end());
		 file[text.find("other_name", c.object.section_content(".ariadne.cell"))] = 'a';
	 }),
		STATUS_MALFORMED, "the archive's other_name.o calls itself cell ather_name"},
	{"not_an_import",
		[](Cell &c) {
			c.object.add_symbol({"stranger", 1, 0, 0});
		},
		STATUS_MALFORMED, "cell not_an_import: symbol stranger is undefined, but no import"},
	{"no_link",
		[](Cell &c) {
			c.depend("also_low", 2);
			c.import_function("also_low_value", "also_low");
		},
		STATUS_MALFORMED,
		"cell no_link imports also_low_value from cell also_low, but says it has no link to it"},
	{"not_exported", [](Cell &c) { c.import_function("low_secret", "low"); }, STATUS_NOT_FOUND,
		"cell not_exported needs low_secret from cell low, which does not export it"},
	{"wrong_type", [](Cell &c) { c.import_function("low_count", "low", 9); }, STATUS_TYPE_MISMATCH,
		"the type of low_count: cell wrong_type was built for 09090909090909090909090909090909, cell low has "
		"01010101010101010101010101010101"},
	{"import_unused",
		[](Cell &c) {
			c.description.imports.push_back({"low_count", 1, 1, "low"});
		},
		STATUS_MALFORMED, "cell import_unused: the metadata has 2 imports, the object 1 undefined symbols"},
	{"dependency_missing", [](Cell &c) { c.depend("nowhere"); }, STATUS_NOT_FOUND,
		"no cell nowhere in the archive"},
	{"not_an_export",
		[](Cell &c) {
			c.object.add_symbol({"extra", 1, 2, 1, 0, 1});
		},
		STATUS_MALFORMED, "cell not_an_export: symbol extra is global, but no export"},
	{"export_undefined",
		[](Cell &c) {
			c.description.exports.push_back({"ghost", 1, 1, ""});
		},
		STATUS_MALFORMED, "cell export_undefined: the metadata has 2 exports, the object defines 1"},
	{"export_twice",
		[](Cell &c) {
			c.object.add_symbol({value_of(c), 1, 2, 1, 1, 1});
		},
		STATUS_MALFORMED, "export export_twice_value is defined twice"},
	{"export_in_comment",
		[](Cell &c) {
			uint32_t section = c.object.add_section({".comment", 1, 0, {1, 2}});
			c.object.add_symbol({"remark", 1, 1, (uint16_t)section, 0, 2});
			c.description.exports.push_back({"remark", 2, 1, ""});
		},
		STATUS_MALFORMED, "export remark lies in section 3, which takes no memory"},
	{"function_in_rodata",
		[](Cell &c) {
			c.add_object("constant", {1});
			c.description.exports.back().kind = 1;
		},
		STATUS_MALFORMED, "export constant is a function, but lies in rodata"},
	{"object_in_text", [](Cell &c) { c.description.exports.back().kind = 2; }, STATUS_MALFORMED,
		"export object_in_text_value is an object, but lies in text"},
	{"state_undeclared",
		[](Cell &c) {
			c.add_state("secret", Bytes(8));
			c.description.states.clear();
		},
		STATUS_MALFORMED, "cell state_undeclared: state secret is not in the metadata"},
	{"state_size",
		[](Cell &c) {
			c.add_state("counter", Bytes(8));
			c.description.states[0].size = 16;
		},
		STATUS_MALFORMED, "state counter has 16 bytes in the metadata and 8 in the object"},
	{"state_missing",
		[](Cell &c) {
			c.description.states.push_back({"phantom", 4});
		},
		STATUS_MALFORMED, "cell state_missing: the metadata has 1 state variables, the object 0"},
	{"relocated_twice",
		[](Cell &c) {
			add_pointers(c, 1);
			c.spoil = [](Cell &cell, Bytes &file) {
				put(file, cell.object.section_header(".rela.rodata.pointers") + 44, 2, 4);
			};
		},
		STATUS_MALFORMED, "both relocate section 2"},
	{"kind_unknown", patch([](Cell &c, Bytes &file) {
		 put(file, c.object.relocation(".text." + value_of(c), 0) + 8, 9, 4);
	 }),
		STATUS_UNSUPPORTED, "relocation kind 9 at 0x1; cells have only"},
	{"field_beyond_end",
		patch([](Cell &c, Bytes &file) { put(file, c.object.relocation(".text." + value_of(c), 0), 5, 8); }),
		STATUS_MALFORMED, "R_X86_64_PLT32 at 0x5: its 4 bytes end beyond the section's 8"},
	{"value_too_large",
		[](Cell &c) {
			uint32_t table = c.add_object("table", Bytes(4), false);
			c.object.add_relocation(table, {0, 10, "low_value", -0x7FFFFFFF - 1L});
			c.object.add_relocation(table, {0, 10, "low_value", 0});
		},
		STATUS_OUT_OF_RANGE, "does not fit its 4 bytes"},
	{"fields_overlap",
		[](Cell &c) {
			add_pointers(c, 2);
			c.spoil = [](Cell &cell, Bytes &file) {
				put(file, cell.object.relocation(".rodata.pointers", 1), 7, 8);
			};
		},
		STATUS_MALFORMED, "relocation 1 of .rela.rodata.pointers, at 0x7, overlaps the one before"},
	{"fields_disordered",
		[](Cell &c) {
			add_pointers(c, 2);
			c.spoil = [](Cell &cell, Bytes &file) {
				put(file, cell.object.relocation(".rodata.pointers", 0), 8, 8);
				put(file, cell.object.relocation(".rodata.pointers", 1), 0, 8);
			};
		},
		STATUS_MALFORMED,
		"relocation 1 of .rela.rodata.pointers, at 0, overlaps the one before or is out of order"},
	{"leads_to_comment",
		[](Cell &c) {
			uint32_t section = c.object.add_section({".comment", 1, 0, {1, 2}});
			c.object.add_symbol({"remark", 0, 1, (uint16_t)section, 0, 2});
			uint32_t table = c.add_object("table", Bytes(8), false);
			c.object.add_relocation(table, {0, 1, "remark", 0});
		},
		STATUS_MALFORMED, "relocation 0 of .rela.rodata.table leads to remark, which takes no memory"},
	{"leads_to_nothing", patch([](Cell &c, Bytes &file) {
		 put(file, c.object.relocation(".text." + value_of(c), 0) + 12, 0, 4);
	 }),
		STATUS_MALFORMED, "relocation 0 of .rela.text.leads_to_nothing_value names no symbol"},
	{"leads_to_file",
		[](Cell &c) {
			c.object.add_symbol({"source.c", 0, 4, 0xFFF1});
			uint32_t table = c.add_object("table", Bytes(8), false);
			c.object.add_relocation(table, {0, 1, "source.c", 0});
		},
		STATUS_MALFORMED, "leads to source.c, which takes no memory"},
	{"addend_too_large",
		[](Cell &c) {
			uint32_t table = c.add_object("table", Bytes(8), false);
			c.object.add_relocation(table, {0, 1, "low_value", 1L << 40});
		},
		STATUS_OUT_OF_RANGE, "the addend 1099511627776 at 0 of section .rodata.table is beyond 32 bits"},
	{"too_much_state", [](Cell &c) { c.add_zero_state("huge", 65 << 20); }, STATUS_UNSUPPORTED,
		"with section 3 (.bss.cell_state) it has more than 67108864 bytes of state"},
	{"init_unknown", [](Cell &c) { c.description.init = "nothing_of_that_name"; }, STATUS_MALFORMED,
		"cell init_unknown: cell section: the init symbol nothing_of_that_name"},
	{"exit_no_function",
		[](Cell &c) {
			c.add_object("exit_object", {1});
			c.description.exit = "exit_object";
		},
		STATUS_MALFORMED, "the exit symbol exit_object is no exported function"},
	{"init_fails",
		[](Cell &c) {
			c.add_function("init_fails_init", {0xB8, STATUS_REFUSED, 0, 0, 0, 0xC3});
			c.description.init = "init_fails_init";
		},
		STATUS_REFUSED, "cell init_fails: its init entry init_fails_init failed: refused"},
	{"needs_itself", [](Cell &c) { c.depend("needs_itself"); }, STATUS_REFUSED,
		"cells need each other in a circle: needs_itself -> needs_itself"},
	{"ring_a", [](Cell &c) { c.depend("ring_b"); }, STATUS_REFUSED,
		"cells need each other in a circle: ring_a -> ring_b -> ring_c -> ring_a"},
	{"ring_b", [](Cell &c) { c.depend("ring_c"); }, STATUS_REFUSED,
		"cells need each other in a circle: ring_b -> ring_c -> ring_a -> ring_b"},
	{"ring_c", [](Cell &c) { c.depend("ring_a"); }, STATUS_REFUSED,
		"cells need each other in a circle: ring_c -> ring_a -> ring_b -> ring_c"},
	{"into_ring", [](Cell &c) { c.depend("ring_b"); }, STATUS_REFUSED,
		"cells need each other in a circle: ring_b -> ring_c -> ring_a -> ring_b"},
	{"chain_00", [](Cell &c) { c.depend("chain_01"); }, STATUS_REFUSED,
		"the chain of those who need it is longer than 64"},
	{"needs_broken", [](Cell &c) { c.depend("wrong_type"); }, STATUS_TYPE_MISMATCH,
		"the type of low_count: cell wrong_type"},
};

const Bytes &whole_archive()
{
	static Bytes made = [] {
		std::vector<ArchiveCell> cells = {low_cell().finish()};
		ArchiveCell also_low = user_of_low("also_low").finish();
		also_low.exports.push_back("also_low_claimed");
		cells.push_back(also_low);
		for (const Defect &defect : defects) {
			Cell cell = user_of_low(defect.name);
			defect.make(cell);
			ArchiveCell finished = cell.finish();
			finished.exports = {defect.name + std::string("_value")};
			cells.push_back(finished);
		}
		char name[16], next[16];
		for (int i = 1; i <= 70; i++) {
			snprintf(name, sizeof name, "chain_%02d", i);
			snprintf(next, sizeof next, "chain_%02d", i + 1);
			Cell cell = user_of_low(name);
			if (i < 70)
				cell.depend(next);
			cells.push_back(cell.finish());
		}
		return archive(cells);
	}();
	return made;
}

void start_once()
{
	static bool started = false;
	if (started)
		return;
	started = true;
	struct frame_region memory = {{0x100000}, 64 << 20};
	struct diagnosis why = {};
	ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	ASSERT_EQ(cell_loader_start(view(whole_archive()), &why), STATUS_OK) << why.message;
	// The first use of an address region makes tables that stay.
	ASSERT_EQ(cell_loader_load(TEXT("low"), &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_unload(TEXT("low"), &why), STATUS_OK) << why.message;
}

class Refusals : public testing::TestWithParam<Defect>
{
      protected:
	void SetUp() override
	{
		start_once();
	}
};

class Others : public testing::Test
{
      protected:
	void SetUp() override
	{
		start_once();
	}
};

TEST_P(Refusals, NameTheDefectAndLeaveNoTrace)
{
	Traces before = traces();
	struct diagnosis why = {};
	EXPECT_EQ(cell_loader_load(text_from(GetParam().name), &why), GetParam().status) << why.message;
	EXPECT_NE(std::string(why.message).find(GetParam().words), std::string::npos) << why.message;
	EXPECT_EQ(traces(), before);
	EXPECT_EQ(before.cells, 0u) << "what it depends on must be gone, too";

	uintptr_t address = 12345;
	std::string symbol = GetParam().name + std::string("_value");
	EXPECT_EQ(cell_loader_symbol(text_from(symbol.c_str()), &address, nullptr), GetParam().status);
	EXPECT_EQ(address, 12345u) << "no result without success";
}

INSTANTIATE_TEST_SUITE_P(Cells, Refusals, testing::ValuesIn(defects),
	[](const testing::TestParamInfo<Defect> &info) { return std::string(info.param.name); });

// Not spoiled: the same archive has cells that load, before and after all the refusals.
TEST_F(Others, AreNotHarmed)
{
	Traces before = traces();
	struct diagnosis why = {};
	EXPECT_EQ(cell_loader_load(TEXT("also_low"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_loader_load(TEXT("chain_10"), &why), STATUS_OK) << why.message;
	uintptr_t address = 0;
	EXPECT_EQ(cell_loader_symbol(TEXT("also_low_value"), &address, &why), STATUS_OK);
	EXPECT_EQ(((int (*)())address)(), 43);
	char name[16];
	for (int i = 10; i <= 70; i++) { // they say that they need each other, but none is bound to the next
		snprintf(name, sizeof name, "chain_%02d", i);
		EXPECT_EQ(cell_unload(text_from(name), &why), STATUS_OK) << why.message;
	}
	EXPECT_EQ(cell_unload(TEXT("also_low"), &why), STATUS_OK) << why.message; // and low
	EXPECT_EQ(traces(), before);
}

TEST_F(Others, AreBelievedMoreThanTheIndex)
{
	struct diagnosis why = {};
	uintptr_t address = 0;
	EXPECT_EQ(cell_loader_symbol(TEXT("also_low_claimed"), &address, &why), STATUS_MALFORMED);
	EXPECT_STREQ(why.message, "the index says that cell also_low exports also_low_claimed; it does not");
	EXPECT_EQ(address, 0u);
	EXPECT_EQ(cell_unload(TEXT("also_low"), &why), STATUS_OK) << why.message;
}

} // namespace
