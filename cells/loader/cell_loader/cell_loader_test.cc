#include "cells/loader/cell_loader/cell_loader.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_store/cell_store.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace
{

using namespace ariadne_test;

std::string string_of(struct text text)
{
	return std::string(text.start, text.length);
}

template <typename Function>
Function *function(const char *symbol)
{
	uintptr_t address = 0;
	struct diagnosis why = {};
	EXPECT_EQ(cell_loader_symbol(text_from(symbol), &address, &why), STATUS_OK) << why.message;
	return (Function *)address;
}

// ---- A nano_core of one cell: its sections are in memory that the test linked itself ----

struct StaticCore {
	unsigned char *memory; // text at 16, a table at 64, state at 128
	StaticCore()
	{
		// Within 2 GiB of where the host's page table puts cells, and below.
		memory = (unsigned char *)mmap((void *)0x10000000, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
		const unsigned char code[] = {0xB8, 7, 0, 0, 0, 0xC3};
		memcpy(memory + 16, code, sizeof code);
		link_table(0);
	}
	void link_table(uint64_t too_far)
	{
		uint64_t address = (uint64_t)memory + 16 + too_far;
		memcpy(memory + 64, &address, sizeof address);
	}
	ArchiveCell finish() const
	{
		Cell made("core");
		uint32_t text = made.add_function("core_value", {0xB8, 7, 0, 0, 0, 0xC3});
		uint32_t table = made.add_object("core_table", Bytes(8));
		made.object.add_relocation(table, {0, 1, "core_value", 0});
		uint32_t state = made.add_state("core_state", Bytes(8));
		uint32_t unwind = made.object.add_section({".eh_frame", 0x70000001, 0x2, Bytes(16), 0, 8});
		made.object.add_relocation(unwind, {8, 2, "core_value", 0});
		ArchiveCell cell = made.finish();
		cell.is_static = true;
		uint64_t base = (uint64_t)memory;
		cell.sections = {{1, ".text", base, 16}, {text, ".text.core_value", base + 16, 6},
			{table, ".rodata.core_table", base + 64, 8}, {state, ".cell_state", base + 128, 8}};
		return cell;
	}
};

StaticCore &core()
{
	static StaticCore made;
	return made;
}

// Counts up low's counter, by way of the low cell, when it begins and when it ends.
Cell starter_cell()
{
	Cell cell("starter");
	cell.depend("low");
	cell.import_function("low_count", "low");
	uint32_t init = cell.add_function("starter_init", {0x53, 0xE8, 0, 0, 0, 0, 0x5B, 0x31, 0xC0, 0xC3});
	cell.object.add_relocation(init, {2, 4, "low_count", -4});
	uint32_t exit = cell.add_function("starter_exit", {0x53, 0xE8, 0, 0, 0, 0, 0x5B, 0xC3});
	cell.object.add_relocation(exit, {2, 4, "low_count", -4});
	cell.description.init = "starter_init";
	cell.description.exit = "starter_exit";
	return cell;
}

// Needs starter (whose init runs), and fails in its own init.
Cell failing_cell()
{
	Cell cell("failing");
	cell.depend("starter");
	cell.import_function("starter_init", "starter");
	cell.add_function("failing_init", {0xB8, STATUS_NO_DEVICE, 0, 0, 0, 0xC3});
	cell.description.init = "failing_init";
	uint32_t pointer = cell.add_object("failing_pointer", Bytes(8));
	cell.object.add_relocation(pointer, {0, 1, "starter_init", 0});
	return cell;
}

Cell core_user_cell()
{
	Cell cell("core_user");
	cell.depend("core");
	cell.depend("low", 2); // by type alone: low need not be loaded for it
	cell.import_function("core_value", "core");
	uint32_t value = cell.add_function("core_user_value", {0xE8, 0, 0, 0, 0, 0xC3});
	cell.object.add_relocation(value, {1, 4, "core_value", -4});
	return cell;
}

Bytes good_archive()
{
	return archive({low_cell().finish(), middle_cell().finish(), starter_cell().finish(), failing_cell().finish(),
		core_user_cell().finish(), core().finish()});
}

// ---- Starting: what is refused, tried before the one start that works ----

struct Refusal {
	enum status status;
	std::string words;
	bool left_nothing;
};

Refusal try_start(const Bytes &file)
{
	Traces before = traces();
	struct diagnosis why = {};
	enum status status = cell_loader_start(view(file), &why);
	return {status, why.message, traces() == before};
}

struct Started {
	Bytes file = good_archive();
	Refusal no_index, no_map, truncated, other_build, no_section, other_size, bound_elsewhere, over_each_other,
		before_start;
	Started()
	{
		struct frame_region memory = {{0x100000}, 64 << 20};
		EXPECT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
		struct diagnosis why = {};
		enum status status = cell_loader_load(TEXT("low"), &why);
		before_start = {status, why.message, true};

		Bytes changed = file;
		changed[110] = 'X'; // the first member's name
		no_index = try_start(changed);
		changed = file;
		size_t map = std::string(file.begin(), file.end()).find("nano_core.map");
		changed[map] = 'X';
		no_map = try_start(changed);
		truncated = try_start(Bytes(file.begin(), file.end() - 200));

		ArchiveCell other = core().finish();
		other.build_id = 8;
		other_build = try_start(archive({other}));
		other = core().finish();
		other.sections.erase(other.sections.begin() + 2);
		no_section = try_start(archive({other}));
		other = core().finish();
		other.sections[1].size = 7;
		other_size = try_start(archive({other}));
		other = core().finish();
		other.sections[3].address = other.sections[1].address + 4;
		over_each_other = try_start(archive({other}));
		core().link_table(1);
		bound_elsewhere = try_start(file);
		core().link_table(0);

		EXPECT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
	}
};

Started &started()
{
	static Started once;
	return once;
}

class CellLoader : public testing::Test
{
      protected:
	void SetUp() override
	{
		started();
	}
	static enum status load(const char *name)
	{
		why = {};
		return cell_loader_load(text_from(name), &why);
	}
	static enum status unload(const char *name)
	{
		why = {};
		return cell_unload(text_from(name), &why);
	}
	static bool loaded(const char *name)
	{
		OWN(cell_reference, cell);
		return cell_registry_find(&cell, text_from(name)) == STATUS_OK;
	}
	static void unload_all()
	{
		for (const char *name : {"failing", "starter", "middle", "core_user", "low"}) {
			if (loaded(name))
				EXPECT_EQ(unload(name), STATUS_OK) << why.message;
		}
	}
	void TearDown() override
	{
		unload_all();
	}
	static struct diagnosis why;
};
struct diagnosis CellLoader::why;

void expect_refusal(const Refusal &refusal, enum status status, const char *words)
{
	EXPECT_EQ(refusal.status, status);
	EXPECT_NE(refusal.words.find(words), std::string::npos) << refusal.words;
	EXPECT_TRUE(refusal.left_nothing);
}

TEST_F(CellLoader, RefusesABadArchiveOrMapAndRegistersNothing)
{
	Started &s = started();
	expect_refusal(s.before_start, STATUS_NOT_FOUND, "no archive yet");
	expect_refusal(s.no_index, STATUS_NOT_FOUND, "the archive has no symbols.index");
	expect_refusal(s.no_map, STATUS_NOT_FOUND, "the archive has no nano_core.map");
	EXPECT_EQ(s.truncated.status, STATUS_MALFORMED);
	expect_refusal(s.other_build, STATUS_MALFORMED, "nano_core was linked from another core");
	expect_refusal(s.no_section, STATUS_MALFORMED, "lacks section 3 (.rodata.core_table) of cell core");
	expect_refusal(s.other_size, STATUS_MALFORMED, "has 7 bytes for section 2 (.text.core_value) of cell core");
	expect_refusal(s.bound_elsewhere, STATUS_MALFORMED, "nano_core's cell core, .rela.rodata.core_table at");
	expect_refusal(s.over_each_other, STATUS_MALFORMED, "cell core would lie over cell core");
	EXPECT_EQ(cell_loader_start(view(s.file), &why), STATUS_EXISTS);
}

TEST_F(CellLoader, RegistersTheCellsOfNanoCore)
{
	OWN(cell_reference, cell);
	ASSERT_EQ(cell_registry_find(&cell, TEXT("core")), STATUS_OK);
	struct cell_view view;
	cell_reference_view(&cell, &view);
	EXPECT_TRUE(view.is_static);
	EXPECT_EQ(view.section_count, 4u) << "all but .eh_frame";
	EXPECT_EQ(view.relocation_count, 1u);
	EXPECT_EQ(view.start_addresses[CELL_SECTION_TEXT], (uint64_t)core().memory);
	EXPECT_EQ(function<int()>("core_value")(), 7);
	struct static_map map;
	struct static_map_cell linked;
	ASSERT_EQ(cell_store_static_map(&map), STATUS_OK);
	EXPECT_EQ(static_map_find_cell(&map, TEXT("core"), &linked), STATUS_OK);
	EXPECT_EQ(unload("core"), STATUS_REFUSED);
	EXPECT_STREQ(why.message, "cell core is part of nano_core");
}

TEST_F(CellLoader, LoadsACellThatCanBeCalled)
{
	ASSERT_EQ(load("low"), STATUS_OK) << why.message;
	EXPECT_EQ(function<int()>("low_value")(), 42);
	EXPECT_EQ(function<long()>("low_count")(), 6) << "the state begins with what the object says";
	EXPECT_EQ(function<long()>("low_count")(), 7);
	EXPECT_STREQ(function<const char>("low_name"), "low");
	EXPECT_EQ(load("low"), STATUS_OK) << "nothing is done";
	EXPECT_EQ(function<long()>("low_count")(), 8);
}

TEST_F(CellLoader, LoadsByASymbolWithWhatItNeeds)
{
	EXPECT_FALSE(loaded("low"));
	EXPECT_EQ(function<int()>("middle_value")(), 43);
	EXPECT_TRUE(loaded("low"));
	EXPECT_STREQ(function<const char *()>("middle_text")(), "second");
	EXPECT_EQ(*function<void *>("middle_table"), (void *)function<int()>("middle_value"));
	uintptr_t address = 0;
	EXPECT_EQ(cell_loader_symbol(TEXT("nobody_has_this"), &address, &why), STATUS_NOT_FOUND);
	EXPECT_EQ(address, 0u);
}

TEST_F(CellLoader, BindsToNanoCore)
{
	EXPECT_EQ(function<int()>("core_user_value")(), 7);
	EXPECT_FALSE(loaded("low")) << "a dependency by type alone is not loaded";
}

enum page_permission permission_at(uint64_t address)
{
	struct page_translation translation = {};
	EXPECT_EQ(page_table_lookup(address_virtual(address & ~0xFFFULL), &translation), STATUS_OK);
	return translation.attributes.permission;
}

TEST_F(CellLoader, GivesEverySectionItsPermissionAndPlace)
{
	ASSERT_EQ(load("low"), STATUS_OK);
	OWN(cell_reference, cell);
	ASSERT_EQ(cell_registry_find(&cell, TEXT("low")), STATUS_OK);
	struct cell_view view;
	cell_reference_view(&cell, &view);
	std::set<uint64_t> pages;
	for (uint32_t index = 0; index < view.section_count; index++) {
		struct cell_section_view section;
		cell_reference_section(&cell, index, &section);
		std::string name = string_of(section.name);
		enum page_permission expected = name.rfind(".text", 0) == 0     ? PAGE_READ_EXECUTE
						: name.rfind(".rodata", 0) == 0 ? PAGE_READ_ONLY
										: PAGE_READ_WRITE;
		EXPECT_EQ(permission_at(section.address), expected) << name;
		pages.insert(section.address >> 12);
	}
	EXPECT_EQ(pages.size(), 3u) << "text, constants and state do not share a page";
	EXPECT_EQ(view.size_bytes[CELL_SECTION_STATE], 108u);
}

TEST_F(CellLoader, GivesEverythingBackWhenUnloaded)
{
	ASSERT_EQ(load("low"), STATUS_OK); // also warms the tables of the address region
	unload_all();
	Traces before = traces();
	for (int round = 0; round < 300; round++) {
		ASSERT_EQ(load("middle"), STATUS_OK) << why.message;
		ASSERT_EQ(unload("middle"), STATUS_OK) << why.message; // and low, which only middle needed
	}
	EXPECT_EQ(traces(), before);
}

TEST_F(CellLoader, DoesNotUnloadWhatIsInUse)
{
	ASSERT_EQ(load("middle"), STATUS_OK);
	EXPECT_EQ(unload("low"), STATUS_BUSY);
	EXPECT_STREQ(why.message, "cell low is in use by middle");
	{
		OWN(cell_reference, cell);
		ASSERT_EQ(cell_registry_find(&cell, TEXT("middle")), STATUS_OK);
		EXPECT_EQ(unload("middle"), STATUS_BUSY);
		EXPECT_STREQ(why.message, "cell middle is held by 1 references");
	}
	EXPECT_EQ(unload("middle"), STATUS_OK);
	EXPECT_EQ(unload("middle"), STATUS_NOT_FOUND);
	EXPECT_EQ(unload("low"), STATUS_NOT_FOUND);
}

bool is_loaded(const char *name)
{
	OWN(cell_reference, cell);
	return cell_registry_find(&cell, text_from(name)) == STATUS_OK;
}

TEST_F(CellLoader, UnloadsWithACellWhatOnlyItNeeded)
{
	ASSERT_EQ(load("starter"), STATUS_OK); // needs low
	ASSERT_EQ(load("middle"), STATUS_OK);  // needs low
	EXPECT_EQ(unload("middle"), STATUS_OK);
	EXPECT_TRUE(is_loaded("low")) << "starter needs it";
	EXPECT_EQ(unload("starter"), STATUS_OK);
	EXPECT_FALSE(is_loaded("low"));

	ASSERT_EQ(load("middle"), STATUS_OK);
	ASSERT_EQ(load("low"), STATUS_OK); // somebody asks for it, loaded or not
	EXPECT_EQ(unload("middle"), STATUS_OK);
	EXPECT_TRUE(is_loaded("low"));
	EXPECT_EQ(unload("low"), STATUS_OK);
}

TEST_F(CellLoader, RunsInitAndExit)
{
	ASSERT_EQ(load("low"), STATUS_OK);
	ASSERT_EQ(load("starter"), STATUS_OK) << why.message;
	EXPECT_EQ(function<long()>("low_count")(), 7) << "init counted once";
	ASSERT_EQ(unload("starter"), STATUS_OK);
	EXPECT_EQ(function<long()>("low_count")(), 9) << "exit counted once";
}

TEST_F(CellLoader, UndoesDependenciesWhenAnInitFails)
{
	ASSERT_EQ(load("low"), STATUS_OK);
	Traces before = traces();
	EXPECT_EQ(load("failing"), STATUS_NO_DEVICE);
	EXPECT_STREQ(why.message, "cell failing: its init entry failing_init failed: no device");
	EXPECT_EQ(traces(), before);
	EXPECT_FALSE(loaded("starter"));
	EXPECT_EQ(function<long()>("low_count")(), 8) << "starter was begun and ended";
}

TEST_F(CellLoader, LeavesNoTraceWhenMemoryRunsOut)
{
	ASSERT_EQ(load("middle"), STATUS_OK);
	unload_all();
	Traces before = traces();
	// Take all frames but a few, a few more each time, until the load works.
	bool worked = false;
	unsigned failures = 0;
	for (uint64_t left = 0; !worked && left < 64; left++) {
		uint64_t frames = frame_allocator_statistics().free_frames;
		OWN(mapped_pages_mut, hog);
		heap_trim();
		constexpr uint64_t tables = 8; // that mapping the hog may itself need
		if (mapped_pages_mut_allocate(&hog, (frames - left - tables) << 12, PAGE_REGION_GENERAL) != STATUS_OK)
			continue;
		struct mapped_pages_mut rest[tables + 1] = {};
		size_t count = 0;
		while (count < tables + 1 && frame_allocator_statistics().free_frames > left &&
			mapped_pages_mut_allocate(&rest[count], 4096, PAGE_REGION_GENERAL) == STATUS_OK)
			count++;
		Traces tight = traces();
		enum status status = load("middle");
		if (status == STATUS_OK) {
			worked = true;
		} else {
			EXPECT_EQ(status, STATUS_NO_MEMORY) << why.message;
			EXPECT_EQ(traces(), tight) << why.message;
			failures++;
		}
		for (size_t i = 0; i < count; i++)
			mapped_pages_mut_drop(&rest[i]);
	}
	EXPECT_TRUE(worked);
	EXPECT_GT(failures, 3u);
	unload_all();
	EXPECT_EQ(traces(), before);
}

TEST_F(CellLoader, ListsWhatTheArchiveOffers)
{
	std::vector<std::string> cells;
	struct text name;
	for (uint32_t number = 0; cell_store_cell_name(number, &name) == STATUS_OK; number++)
		cells.push_back(string_of(name));
	EXPECT_EQ(cells, (std::vector<std::string>{"core", "core_user", "failing", "low", "middle", "starter"}));

	struct text symbol, cell;
	uint32_t number = cell_store_first_symbol(TEXT("low_"));
	std::vector<std::string> symbols;
	while (cell_store_symbol_name(number++, &symbol, &cell) == STATUS_OK &&
		string_of(symbol).rfind("low_", 0) == 0) {
		symbols.push_back(string_of(symbol));
		EXPECT_EQ(string_of(cell), "low");
	}
	EXPECT_EQ(symbols, (std::vector<std::string>{"low_count", "low_name", "low_value"}));
	EXPECT_EQ(cell_store_symbol_name(1000, &symbol, &cell), STATUS_END);
	EXPECT_EQ(cell_store_cell_name(1000, &cell), STATUS_END);
}

} // namespace
