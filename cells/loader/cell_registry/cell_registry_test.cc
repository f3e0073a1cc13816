#include "cells/loader/cell_registry/cell_registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cells/loader/cell_relocation/cell_relocation.h"
#include "cells/loader/debugger_table/debugger_table.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace
{

using namespace ariadne_test;

std::string string_of(struct text text)
{
	return std::string(text.start, text.length);
}

// A cell's object and the plan for its record. Sections: 1 .text (16 bytes), 2 .text.NAME_value (8), then what is
// added.
struct Made {
	ArchiveCell archived;
	struct elf_object object;
	struct cell_metadata metadata;
	struct cell_plan plan;
	explicit Made(Cell cell, uint32_t sections, uint32_t relocations = 0)
	{
		archived = cell.finish();
		struct diagnosis why = {};
		struct elf_section section;
		EXPECT_EQ(elf_object_open(view(archived.object), &object, &why), STATUS_OK) << why.message;
		EXPECT_EQ(elf_object_find_section(&object, TEXT(".ariadne.cell"), &section), STATUS_OK);
		EXPECT_EQ(cell_metadata_open(section.content, &metadata, &why), STATUS_OK) << why.message;
		plan = {view(archived.object), section.content, &metadata, object.section_names, sections, relocations,
			false, false, false, nullptr};
	}
	void set_section(struct cell_registration *cell, uint32_t record, uint32_t elf_index, uint64_t address,
		enum cell_section_kind kind = CELL_SECTION_TEXT)
	{
		struct elf_section section;
		elf_object_section(&object, elf_index, &section);
		struct cell_section_plan place = {address, section.size_bytes, elf_index, section.name_offset, kind};
		cell_registration_set_section(cell, record, &place);
	}
};

Cell plain(const std::string &name)
{
	Cell cell(name);
	cell.add_function(name + "_value", Bytes(8, 0x90));
	return cell;
}

class CellRegistry : public testing::Test
{
      protected:
	static void SetUpTestSuite() // called for each class that is derived from this one
	{
		static bool done = false;
		if (done)
			return;
		done = true;
		struct frame_region memory = {{0x100000}, 64 << 20};
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	}
	void SetUp() override
	{
		before = traces();
	}
	void TearDown() override
	{
		for (auto it = order.rbegin(); it != order.rend(); ++it)
			take_out(*it);
		EXPECT_EQ(traces(), before) << "everything is given back";
	}
	// Publishes a plain cell with its two sections at `address` and `address` + 64.
	enum status publish(const std::string &name, uint64_t address)
	{
		made[name] = std::make_unique<Made>(plain(name), 2);
		Made &cell = *made[name];
		OWN(cell_registration, registration);
		why = {};
		enum status status = cell_registry_begin(&registration, &cell.plan, &why);
		if (status)
			return status;
		cell.set_section(&registration, 0, 1, address);
		cell.set_section(&registration, 1, 2, address + 64);
		EXPECT_EQ(cell_registration_set_export(&registration, 0, 1, 0), STATUS_OK);
		cell_registration_begin_section(&registration, 0);
		cell_registration_begin_section(&registration, 1);
		status = cell_registration_publish(&registration, true, &why);
		if (!status)
			order.push_back(name);
		return status;
	}
	void take_out(const std::string &name)
	{
		OWN(cell_registration, registration);
		why = {};
		EXPECT_EQ(cell_registry_take_out(&registration, nullptr, {name.data(), name.size()}, &why), STATUS_OK)
			<< why.message;
	}
	static std::string name_at(uint64_t address)
	{
		OWN(cell_reference, cell);
		if (cell_registry_find_address(&cell, address) != STATUS_OK)
			return "";
		struct cell_view view;
		cell_reference_view(&cell, &view);
		return string_of(view.name);
	}
	static bool has(const std::string &name)
	{
		OWN(cell_reference, cell);
		return cell_registry_find(&cell, {name.data(), name.size()}) == STATUS_OK;
	}
	Traces before;
	struct diagnosis why;
	std::map<std::string, std::unique_ptr<Made>> made;
	std::vector<std::string> order;
};

std::vector<std::string> seen;

// Told in the midst of the change: a cell that comes is found already, one that goes is not.
template <char sign>
void note(const struct loaded_cell *cell)
{
	uint32_t section = 0;
	bool found = cell_registry_record_at(ITEM(cell->sections, 0).place.address, &section) == cell &&
		     cell_registry_record_named(nullptr, cell->name) == cell;
	seen.push_back(sign + string_of(cell->name) + (found == (sign == '+') ? "" : " at the wrong time"));
}

TEST_F(CellRegistry, TellsItsWatcherOfEachCellThatComesAndGoes)
{
	static const struct cell_watcher watcher = {note<'+'>, note<'-'>};
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	cell_registry_watch(&watcher);
	ASSERT_EQ(publish("two", 0x2000), STATUS_OK);
	EXPECT_EQ(seen, (std::vector<std::string>{"+two"}));
	EXPECT_EQ(publish("three", 0x2000), STATUS_MALFORMED) << "lies over two";
	take_out("two");
	order.pop_back();
	EXPECT_EQ(seen, (std::vector<std::string>{"+two", "-two"}));
	cell_registry_watch(nullptr);
	ASSERT_EQ(publish("four", 0x3000), STATUS_OK);
	EXPECT_EQ(seen.size(), 2u);
}

TEST_F(CellRegistry, FindsByNameAddressAndNumber)
{
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	ASSERT_EQ(publish("two", 0x2000), STATUS_OK);
	EXPECT_TRUE(has("one"));
	EXPECT_FALSE(has("on"));
	EXPECT_FALSE(has(""));
	EXPECT_EQ(name_at(0x1000), "one");
	EXPECT_EQ(name_at(0x100F), "one");
	EXPECT_EQ(name_at(0x1010), "") << "in the gap between its sections";
	EXPECT_EQ(name_at(0x1047), "one");
	EXPECT_EQ(name_at(0x1048), "");
	EXPECT_EQ(name_at(0xFFF), "");
	EXPECT_EQ(name_at(UINT64_MAX), "");
	EXPECT_EQ(name_at(0x2040), "two");
	for (uint32_t number = 0; number < cell_registry_number_limit() + 2; number++) {
		OWN(cell_reference, cell);
		EXPECT_EQ(cell_registry_find_number(&cell, number), number < 2 ? STATUS_OK : STATUS_NOT_FOUND);
	}
}

TEST_F(CellRegistry, TellsWhatACellIs)
{
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	OWN(cell_reference, cell);
	ASSERT_EQ(cell_registry_newest(&cell, 0), STATUS_OK);
	struct cell_view view;
	cell_reference_view(&cell, &view);
	EXPECT_EQ(string_of(view.name), "one");
	EXPECT_EQ(string_of(view.version), "0.1.0");
	EXPECT_EQ(view.cell_class, CELL_CLASS_CHECKED);
	EXPECT_EQ(view.section_count, 2u);
	EXPECT_EQ(view.export_count, 1u);
	EXPECT_EQ(view.reference_count, 1u);
	EXPECT_EQ(view.size_bytes[CELL_SECTION_TEXT], 24u);
	EXPECT_EQ(view.start_addresses[CELL_SECTION_TEXT], 0x1000u);
	EXPECT_EQ(view.start_addresses[CELL_SECTION_STATE], 0u);
	EXPECT_FALSE(view.is_started);
	cell_reference_mark_started(&cell);
	cell_reference_view(&cell, &view);
	EXPECT_TRUE(view.is_started);
	EXPECT_TRUE(cell_reference_is_started(&cell));
	EXPECT_EQ(cell_reference_number(&cell), view.number);

	struct cell_section_view section;
	cell_reference_section(&cell, 1, &section);
	EXPECT_EQ(string_of(section.name), ".text.one_value");
	EXPECT_EQ(section.address, 0x1040u);
	EXPECT_THROW(cell_reference_section(&cell, 2, &section), std::runtime_error);
	struct cell_export_place place;
	ASSERT_EQ(cell_reference_export(&cell, TEXT("one_value"), &place), STATUS_OK);
	EXPECT_EQ(place.address, 0x1040u);
	EXPECT_EQ(place.type_hash.bytes[0], 1);
	EXPECT_EQ(cell_reference_export(&cell, TEXT("one_"), &place), STATUS_NOT_FOUND);
	struct cell_dependency dependency;
	EXPECT_EQ(cell_reference_dependency(&cell, 0, &dependency), STATUS_NOT_FOUND);
	struct cell_registry_statistics sum = cell_registry_statistics();
	EXPECT_EQ(sum.cells, 1u);
	EXPECT_EQ(sum.sections, 2u);
	EXPECT_EQ(sum.section_bytes, 24u);
	EXPECT_EQ(sum.record_bytes, view.record_size_bytes);
}

TEST_F(CellRegistry, RefusesASecondOfTheName)
{
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	EXPECT_EQ(publish("one", 0x5000), STATUS_EXISTS);
	EXPECT_STREQ(why.message, "cell one is loaded already");
	EXPECT_EQ(name_at(0x5000), "");
}

TEST_F(CellRegistry, RefusesACellThatLiesOverAnother)
{
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	for (uint64_t address : {0x1000, 0x1047, 0xFB9, 0x0FC0}) {
		EXPECT_EQ(publish("over", address), STATUS_MALFORMED) << std::hex << address;
		EXPECT_NE(std::string(why.message).find("cell over would lie over cell one"), std::string::npos);
		EXPECT_FALSE(has("over"));
	}
	EXPECT_EQ(publish("above", 0x1048), STATUS_OK);
	EXPECT_EQ(publish("below", 0xFB8), STATUS_OK);
	EXPECT_EQ(name_at(0x1048), "above");
	EXPECT_EQ(name_at(0xFFF), "below");
}

TEST_F(CellRegistry, KeepsACellThatIsHeld)
{
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	OWN(cell_reference, cell);
	ASSERT_EQ(cell_registry_find(&cell, TEXT("one")), STATUS_OK);
	OWN(cell_registration, registration);
	EXPECT_EQ(cell_registry_take_out(&registration, nullptr, TEXT("one"), &why), STATUS_BUSY);
	EXPECT_EQ(cell_registry_take_out(&registration, nullptr, TEXT("none"), &why), STATUS_NOT_FOUND);
}

TEST_F(CellRegistry, TellsADebugger)
{
	uint64_t changes = debugger_table_get()->change_count;
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	EXPECT_EQ(debugger_table_get()->change_count, changes + 1);
	const struct debugger_cell *seen = debugger_table_get()->first;
	ASSERT_NE(seen, nullptr);
	EXPECT_STREQ(seen->name, "one");
	EXPECT_EQ(seen->section_count, 2u);
	EXPECT_EQ(seen->build_id[19], 7);
	const auto *second =
		(const struct debugger_section *)((const char *)seen->sections + seen->section_stride_bytes);
	EXPECT_EQ(second->address, 0x1040u);
	EXPECT_STREQ(seen->section_names + second->name_offset, ".text.one_value");
	take_out("one");
	order.clear();
	EXPECT_EQ(debugger_table_get()->first, nullptr);
}

TEST_F(CellRegistry, FindsAmongManyInAnyOrder)
{
	std::mt19937 random(42);
	std::vector<int> numbers(700);
	for (size_t i = 0; i < numbers.size(); i++)
		numbers[i] = (int)i;
	std::shuffle(numbers.begin(), numbers.end(), random);
	auto name = [](int n) { return "cell_" + std::to_string(n); };
	for (int n : numbers)
		ASSERT_EQ(publish(name(n), 0x10000 + 0x100 * (uint64_t)n), STATUS_OK) << why.message;
	for (int n : numbers)
		EXPECT_EQ(name_at(0x10040 + 0x100 * (uint64_t)n), name(n));

	std::shuffle(order.begin(), order.end(), random);
	std::vector<std::string> gone(order.begin(), order.begin() + 400);
	for (const std::string &one : gone)
		take_out(one);
	order.erase(order.begin(), order.begin() + 400);
	for (const std::string &one : gone)
		EXPECT_FALSE(has(one));
	for (const std::string &one : order)
		EXPECT_EQ(name_at(0x10000 + 0x100 * (uint64_t)std::stoi(one.substr(5))), one);
}

// ---- Edges ----

// A cell with one pointer, 64 bits, in memory of the test's own.
struct Pointing {
	Made made;
	uint64_t memory[2] = {};
	static Cell describe(const std::string &name)
	{
		Cell cell(name);
		cell.add_object(name + "_pointer", Bytes(16));
		return cell;
	}
	explicit Pointing(const std::string &name) : made(describe(name), 1, 2)
	{
	}
	enum status begin(struct cell_registration *cell)
	{
		enum status status = cell_registry_begin(cell, &made.plan, nullptr);
		if (status)
			return status;
		made.set_section(cell, 0, 2, (uint64_t)memory, CELL_SECTION_RODATA);
		EXPECT_EQ(cell_registration_set_export(cell, 0, 0, 0), STATUS_OK);
		cell_registration_begin_section(cell, 0);
		return STATUS_OK;
	}
};

std::vector<std::string> users_of(const char *name)
{
	OWN(cell_reference, cell);
	EXPECT_EQ(cell_registry_find(&cell, text_from(name)), STATUS_OK);
	struct cell_user_walk walk = {};
	struct cell_edge_view edge;
	std::vector<std::string> users;
	while (cell_reference_next_user(&cell, &walk, &edge) == STATUS_OK)
		users.push_back(string_of(edge.from_cell) + ":" + string_of(edge.symbol));
	std::sort(users.begin(), users.end());
	return users;
}

using Names = std::vector<std::string>;

class Edges : public CellRegistry
{
      protected:
	// Publishes a cell whose pointer is bound to one_value.
	void publish_user(Pointing &user, const char *name)
	{
		OWN(cell_registration, cell);
		ASSERT_EQ(user.begin(&cell), STATUS_OK);
		struct cell_export_place place = place_of("one", "one_value");
		uint32_t edge = 0;
		ASSERT_EQ(cell_registration_add_edge(&cell, place.target, &edge, nullptr), STATUS_OK);
		user.memory[0] = place.address + 2;
		ASSERT_EQ(cell_registration_keep(&cell, edge, CELL_RELOCATION_64, 0, 2, nullptr), STATUS_OK);
		ASSERT_EQ(cell_registration_publish(&cell, true, nullptr), STATUS_OK);
		order.push_back(name);
	}
	static struct cell_export_place place_of(const char *name, const char *symbol)
	{
		OWN(cell_reference, cell);
		struct cell_export_place place = {};
		EXPECT_EQ(cell_registry_find(&cell, text_from(name)), STATUS_OK);
		EXPECT_EQ(cell_reference_export(&cell, text_from(symbol), &place), STATUS_OK);
		return place;
	}
	static struct cell_edge_view edge_of(const char *name)
	{
		OWN(cell_reference, cell);
		struct cell_edge_view edge = {};
		EXPECT_EQ(cell_registry_find(&cell, text_from(name)), STATUS_OK);
		cell_reference_edge(&cell, 0, &edge);
		return edge;
	}
};

TEST_F(Edges, AreSeenFromBothEndsAndPruned)
{
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	Pointing a("a"), b("b"), c("c");
	publish_user(a, "a");
	publish_user(b, "b");
	publish_user(c, "c");
	EXPECT_EQ(users_of("one"), (Names{"a:one_value", "b:one_value", "c:one_value"}));
	take_out("b"); // in the middle of the list
	order.erase(order.end() - 2);
	EXPECT_EQ(users_of("one"), (Names{"a:one_value", "c:one_value"}));
	OWN(cell_registration, none);
	EXPECT_EQ(cell_registry_take_out(&none, nullptr, TEXT("one"), &why), STATUS_BUSY);
	EXPECT_STREQ(why.message, "cell one is in use by a, c");
	EXPECT_EQ(users_of("a"), Names{});
}

TEST_F(Edges, AreReadFromMemory)
{
	ASSERT_EQ(publish("one", 0x1000), STATUS_OK);
	ASSERT_EQ(publish("two", 0x2000), STATUS_OK);
	Pointing user("user");
	publish_user(user, "user");
	struct cell_edge_view edge = edge_of("user");
	EXPECT_EQ(string_of(edge.from_section), ".rodata.user_pointer");
	EXPECT_EQ(string_of(edge.to_cell), "one");
	EXPECT_EQ(string_of(edge.to_section), ".text.one_value");
	EXPECT_EQ(edge.relocation_count, 1u);
	EXPECT_TRUE(edge.as_recorded);

	user.memory[0] = place_of("two", "two_value").address + 2; // somebody rebound it
	edge = edge_of("user");
	EXPECT_FALSE(edge.as_recorded);
	EXPECT_EQ(string_of(edge.to_cell), "two");
	EXPECT_EQ(string_of(edge.symbol), "two_value");
	user.memory[0] = 0;
	edge = edge_of("user");
	EXPECT_FALSE(edge.as_recorded);
	EXPECT_EQ(string_of(edge.to_cell), "");
}

TEST_F(Edges, StayWithinTheLimits)
{
	Pointing user("user");
	{
		OWN(cell_registration, cell);
		ASSERT_EQ(user.begin(&cell), STATUS_OK);
		struct cell_target self = {cell_registration_number(&cell), 0};
		uint32_t edge = 0;
		for (int i = 0; i < CELL_REGISTRY_SECTION_EDGES_MAX; i++)
			ASSERT_EQ(cell_registration_add_edge(&cell, self, &edge, nullptr), STATUS_OK);
		EXPECT_EQ(cell_registration_add_edge(&cell, self, &edge, &why), STATUS_UNSUPPORTED);
		EXPECT_EQ(cell_registration_keep(&cell, edge, CELL_RELOCATION_64, 0, 1L << 31, nullptr),
			STATUS_OUT_OF_RANGE);
		EXPECT_EQ(cell_registration_keep(&cell, edge, CELL_RELOCATION_64, 0, -(1L << 31), nullptr), STATUS_OK);
		EXPECT_EQ(cell_registration_keep(&cell, edge, CELL_RELOCATION_32S, 8, 0, nullptr), STATUS_OK);
		EXPECT_THROW((void)cell_registration_keep(&cell, edge, CELL_RELOCATION_64, 0, 0, nullptr),
			std::runtime_error);
		EXPECT_THROW((void)cell_registration_keep(&cell, edge, 9, 0, 0, nullptr), std::runtime_error);
		EXPECT_EQ(cell_registration_set_export(&cell, 0, 0, 0), STATUS_EXISTS);
	} // dropped before it was published: TearDown sees that nothing is left
	EXPECT_FALSE(has("user"));
}

// ---- Names for addresses ----

class Symbols : public CellRegistry
{
      protected:
	void SetUp() override
	{
		CellRegistry::SetUp();
		Cell cell("named");
		uint32_t text = cell.object.add_section({".text.all", 1, 0x6, Bytes(64), 0, 16});
		cell.object.add_symbol({"__cfi_outer", 0, 2, (uint16_t)text, 24, 8});
		cell.object.add_symbol({"GCC_except_table0", 0, 1, (uint16_t)text, 17, 1});
		cell.object.add_symbol({"label", 0, 0, (uint16_t)text, 16, 0});
		cell.object.add_symbol({"inner", 0, 2, (uint16_t)text, 16, 8});
		cell.object.add_symbol({"outer", 1, 2, (uint16_t)text, 32, 16});
		cell.object.add_section({".rodata.str", 1, 0x2, Bytes(4)});
		cell.description.exports.push_back({"outer", 1, 1, ""});
		named = std::make_unique<Made>(cell, 2);
		OWN(cell_registration, registration);
		ASSERT_EQ(cell_registry_begin(&registration, &named->plan, nullptr), STATUS_OK);
		named->set_section(&registration, 0, 2, 0x8000);
		named->set_section(&registration, 1, 3, 0x9000, CELL_SECTION_RODATA);
		ASSERT_EQ(cell_registration_set_export(&registration, 0, 0, 32), STATUS_OK);
		ASSERT_EQ(cell_registration_publish(&registration, false, nullptr), STATUS_OK);
		order.push_back("named");
	}
	static std::string symbol_at(uint64_t address)
	{
		struct cell_symbol_view view;
		if (!cell_registry_symbolize(address, &view))
			return "nowhere";
		return string_of(view.cell) + ":" + string_of(view.name) + "+" + std::to_string(view.offset_bytes);
	}
	std::unique_ptr<Made> named;
};

TEST_F(Symbols, AreFoundForAnAddress)
{
	EXPECT_EQ(symbol_at(0x8000), "named:.text.all+0") << "before the first symbol";
	EXPECT_EQ(symbol_at(0x8010), "named:inner+0") << "a function goes before a label";
	EXPECT_EQ(symbol_at(0x8017), "named:inner+7");
	EXPECT_EQ(symbol_at(0x801F), "named:inner+15") << "what the compiler adds has no name of its own";
	EXPECT_EQ(symbol_at(0x8020), "named:outer+0");
	EXPECT_EQ(symbol_at(0x803F), "named:outer+31");
	EXPECT_EQ(symbol_at(0x8040), "nowhere");
	EXPECT_EQ(symbol_at(0x9003), "named:.rodata.str+3");
	EXPECT_EQ(symbol_at(0), "nowhere");
}

TEST_F(Symbols, AreListedWithTheirAddresses)
{
	OWN(cell_reference, cell);
	ASSERT_EQ(cell_registry_find(&cell, TEXT("named")), STATUS_OK);
	struct cell_symbol_walk walk = {};
	struct cell_symbol_view view;
	std::map<std::string, uint64_t> seen;
	while (cell_reference_next_symbol(&cell, &walk, &view) == STATUS_OK) {
		seen[string_of(view.name)] = view.address;
		EXPECT_EQ(view.is_exported, string_of(view.name) == "outer");
	}
	EXPECT_EQ(seen, (std::map<std::string, uint64_t>{{"label", 0x8010}, {"inner", 0x8010}, {"outer", 0x8020}}));
}

TEST(CellSectionKind, HasNames)
{
	EXPECT_STREQ(cell_section_kind_name(CELL_SECTION_TEXT), "text");
	EXPECT_STREQ(cell_section_kind_permissions(CELL_SECTION_TEXT), "r-x");
	EXPECT_STREQ(cell_section_kind_name(CELL_SECTION_STATE), "state");
	EXPECT_STREQ(cell_section_kind_permissions(CELL_SECTION_RODATA), "r--");
	EXPECT_THROW(cell_section_kind_name(CELL_SECTION_KIND_COUNT), std::runtime_error);
}

TEST_F(CellRegistry, OwnsTheDataOfACell)
{
	Made made(plain("with_data"), 2);
	struct cell_registration registration = {};
	ASSERT_EQ(cell_registry_begin(&registration, &made.plan, nullptr), STATUS_OK);
	struct mapped_pages_mut pages = {};
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 4096, PAGE_REGION_CELLS), STATUS_OK);
	uint64_t free_frames = frame_allocator_statistics().free_frames;
	cell_registration_own_data(&registration, &pages);
	EXPECT_TRUE(mapped_pages_mut_is_empty(&pages));
	cell_registration_drop(&registration);
	EXPECT_GT(frame_allocator_statistics().free_frames, free_frames);
}

} // namespace
