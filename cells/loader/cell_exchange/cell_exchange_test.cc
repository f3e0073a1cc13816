// Name spaces, run-time pointers and replacement, with cells that are really called.
#include "cells/loader/cell_exchange/cell_exchange.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/loader/cell_exchange/cell_exchange.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/loader/cell_view/cell_view.h"
#include "cells/loader/name_space/name_space.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace
{

using namespace ariadne_test;

// low, but low_value() is 100.
Cell other_low_cell()
{
	Cell cell = low_cell();
	cell.description.version = "0.2.0";
	cell.description.build_id = 8;
	cell.spoil = [](Cell &made, Bytes &file) { file[made.object.section_content(".text.low_value") + 1] = 100; };
	return cell;
}

// State with a pointer in it that the loader binds.
Cell keeper_cell()
{
	Cell cell = user_of_low("keeper");
	uint32_t state = cell.add_state("keeper_state", Bytes(16));
	cell.object.add_relocation(state, {8, 1, "low_value", 0});
	return cell;
}

const Bytes &root_archive()
{
	static Bytes file = archive(
		{low_cell().finish(), middle_cell().finish(), keeper_cell().finish(), user_of_low("far").finish()});
	return file;
}

class NameSpaces : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region memory = {{0x100000}, 64 << 20};
		struct diagnosis why = {};
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
		ASSERT_EQ(cell_loader_start(view(root_archive()), &why), STATUS_OK) << why.message;
	}
	void SetUp() override
	{
		(void)cell_loader_load(TEXT("low"), nullptr); // so that the registry's own table is there
		(void)cell_unload(TEXT("low"), nullptr);
		before = traces();
	}
	void TearDown() override
	{
		for (const char *name : {"far", "keeper", "middle", "low"})
			(void)cell_unload(text_from(name), nullptr);
		EXPECT_EQ(traces(), before);
	}
	Traces before;
	struct diagnosis why = {};
};

using ValueFunction = int();
using CountFunction = uint64_t();

template <typename Function>
Function *function(const char *name_space, const char *symbol)
{
	uintptr_t address = 0;
	struct diagnosis why = {};
	EXPECT_EQ(cell_loader_symbol_in(text_from(name_space), text_from(symbol), &address, &why), STATUS_OK)
		<< why.message;
	return (Function *)address;
}

enum status open_space(const char *name, const char *parent, const Bytes *file, unsigned flags, struct diagnosis *why)
{
	struct mapped_pages archive = {};
	if (file) {
		struct mapped_pages_mut pages = {};
		EXPECT_EQ(mapped_pages_mut_allocate(&pages, file->size(), PAGE_REGION_GENERAL), STATUS_OK);
		bytes_copy(mapped_pages_mut_bytes(&pages), view(*file));
		mapped_pages_mut_freeze(&pages, &archive);
	}
	enum status status = name_space_open(text_from(name), text_from(parent), &archive, flags, why);
	EXPECT_TRUE(mapped_pages_is_empty(&archive));
	return status;
}

std::string unload(const char *name_space, const char *name, enum status expected)
{
	struct diagnosis why = {};
	EXPECT_EQ(cell_unload_in(text_from(name_space), text_from(name), &why), expected) << why.message;
	return why.message;
}

TEST_F(NameSpaces, TwoUsersSeeTwoVersionsOfOneCell)
{
	Bytes file = archive({other_low_cell().finish(), user_of_low("app").finish()});
	ASSERT_EQ(open_space("other", "", &file, 0, &why), STATUS_OK) << why.message;
	EXPECT_EQ(function<ValueFunction>("", "middle_value")(), 43);
	EXPECT_EQ(function<ValueFunction>("other", "app_value")(), 101);
	EXPECT_EQ(function<ValueFunction>("other", "low_value")(), 100);
	EXPECT_EQ(function<ValueFunction>("", "low_value")(), 42);

	// Seen from below, what is only above is the parent's, and is bound to the parent's version.
	EXPECT_EQ(function<ValueFunction>("other", "middle_value")(), 43);
	struct cell_name_space *space = nullptr;
	ASSERT_EQ(cell_name_space_find(TEXT("other"), &space), STATUS_OK);
	EXPECT_EQ(cell_name_space_cell_count(space), 2U);
	uintptr_t address = 0;
	EXPECT_EQ(
		cell_loader_symbol(TEXT("app_value"), &address, &why), STATUS_NOT_FOUND); // the root sees nothing below

	EXPECT_EQ(unload("other", "low", STATUS_BUSY), "cell low is in use by app");
	EXPECT_EQ(unload("", "low", STATUS_BUSY), "cell low is in use by middle");
	EXPECT_EQ(unload("", "app", STATUS_NOT_FOUND), "no cell app is loaded");
	EXPECT_EQ(name_space_close(TEXT("other"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_name_space_find(TEXT("other"), &space), STATUS_NOT_FOUND);
	EXPECT_EQ(function<ValueFunction>("", "middle_value")(), 43);
}

TEST_F(NameSpaces, HaveStateOfTheirOwn)
{
	ASSERT_EQ(open_space("one", "", nullptr, 0, &why), STATUS_OK) << why.message;
	ASSERT_EQ(open_space("two", "one", nullptr, 0, &why), STATUS_OK) << why.message;
	EXPECT_EQ(function<CountFunction>("", "low_count")(), 6U);
	EXPECT_EQ(function<CountFunction>("", "low_count")(), 7U);
	EXPECT_EQ(function<CountFunction>("one", "low_count")(), 6U);
	EXPECT_EQ(function<CountFunction>("two", "low_count")(), 6U);
	EXPECT_EQ(name_space_close(TEXT("one"), &why), STATUS_BUSY);
	EXPECT_EQ(name_space_close(TEXT("two"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(name_space_close(TEXT("one"), &why), STATUS_OK) << why.message;
}

TEST_F(NameSpaces, AreRefusedWithoutATrace)
{
	EXPECT_EQ(open_space("", "", nullptr, 0, &why), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(open_space("a_name_of_more_than_thirty_one_characters", "", nullptr, 0, &why), STATUS_BAD_ARGUMENT);
	why = {};
	EXPECT_EQ(open_space("child", "nowhere", nullptr, 0, &why), STATUS_NOT_FOUND);
	EXPECT_STREQ(why.message, "there is no name space nowhere");
	Bytes bad(100, 'x');
	EXPECT_EQ(open_space("bad", "", &bad, 0, &why), STATUS_MALFORMED);
	EXPECT_EQ(open_space("twice", "", nullptr, 0, &why), STATUS_OK);
	EXPECT_EQ(open_space("twice", "", nullptr, 0, &why), STATUS_EXISTS);
	EXPECT_EQ(cell_loader_load_in(TEXT("nowhere"), TEXT("low"), &why), STATUS_NOT_FOUND);
	EXPECT_EQ(name_space_close(TEXT(""), &why), STATUS_REFUSED);
	EXPECT_EQ(name_space_close(TEXT("twice"), &why), STATUS_OK);
}

TEST_F(NameSpaces, SetsOfCellsAreLoadedAsOne)
{
	const struct text good[] = {TEXT("middle"), TEXT("far")};
	const struct text bad[] = {TEXT("middle"), TEXT("far"), TEXT("nobody")};
	EXPECT_EQ(cell_loader_load_set(TEXT(""), bad, 3, &why), STATUS_NOT_FOUND);
	EXPECT_EQ(traces(), before);
	EXPECT_EQ(cell_loader_load_set(TEXT(""), good, 2, &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_registry_statistics().cells, before.cells + 3);
}

// ---- Run-time pointers ----

CELL_POINTER_TYPE(value_pointer, ValueFunction);
struct value_pointer sink;

TEST_F(NameSpaces, ACellWithARunTimePointerToItStays)
{
	value_pointer_set(&sink, function<ValueFunction>("", "low_value"), "test: sink");
	EXPECT_EQ(unload("", "low", STATUS_BUSY), "cell low is held by test: sink");
	static struct cell_pointer second;
	cell_pointer_set(&second, (const void *)function<CountFunction>("", "low_count"), "test: counter");
	EXPECT_EQ(unload("", "low", STATUS_BUSY), "cell low is held by test: counter, test: sink");

	struct cell_reference cell = {};
	ASSERT_EQ(cell_registry_find(&cell, TEXT("low")), STATUS_OK);
	const struct cell_pointer *walk = nullptr;
	EXPECT_EQ(cell_reference_next_pointer(&cell, &walk), STATUS_OK);
	EXPECT_STREQ(walk->holder, "test: counter");
	EXPECT_EQ(cell_reference_next_pointer(&cell, &walk), STATUS_OK);
	EXPECT_EQ(cell_reference_next_pointer(&cell, &walk), STATUS_END);
	cell_reference_drop(&cell);

	cell_pointer_set(&second, nullptr, "");
	value_pointer_clear(&sink);
	unload("", "low", STATUS_OK);
}

// ---- Replacing ----

TEST_F(NameSpaces, AnExchangeKeepsStateAndMovesPointers)
{
	auto old_count = function<CountFunction>("", "low_count");
	EXPECT_EQ(old_count(), 6U);
	auto old_value = function<ValueFunction>("", "low_value");
	function<ValueFunction>("", "keeper_value");
	value_pointer_set(&sink, old_value, "test: sink");

	ASSERT_EQ(open_space("fresh", "", nullptr, NAME_SPACE_ADOPT_STATE, &why), STATUS_OK);
	ASSERT_EQ(cell_loader_load_in(TEXT("fresh"), TEXT("keeper"), &why), STATUS_OK) << why.message;
	auto new_count = function<CountFunction>("fresh", "low_count");
	EXPECT_NE(new_count, old_count);
	EXPECT_EQ(new_count(), 7U); // in place
	EXPECT_EQ(old_count(), 8U);

	ASSERT_EQ(cell_exchange_run(TEXT("fresh"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(name_space_close(TEXT("fresh"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(function<CountFunction>("", "low_count"), new_count);
	EXPECT_EQ(new_count(), 9U);
	EXPECT_NE(value_pointer_get(&sink), old_value);
	EXPECT_EQ(value_pointer_get(&sink), function<ValueFunction>("", "low_value"));
	EXPECT_EQ(value_pointer_get(&sink)(), 42);

	uint64_t address = 0;
	EXPECT_EQ(cell_exchange_translate((uint64_t)old_value + 2, &address), STATUS_OK);
	EXPECT_EQ(address, (uint64_t)function<ValueFunction>("", "low_value") + 2);
	EXPECT_EQ(cell_exchange_translate(address, &address), STATUS_NOT_FOUND);
	struct cell_symbol_view symbol = {};
	EXPECT_TRUE(cell_registry_symbolize((uint64_t)old_value, &symbol)); // a crash can still be told
	EXPECT_EQ(old_value(), 42);

	// The pointer in keeper's state leads to the new low, and the live graph agrees with the record.
	struct cell_reference keeper = {};
	ASSERT_EQ(cell_registry_find(&keeper, TEXT("keeper")), STATUS_OK);
	struct cell_view keeper_view;
	cell_reference_view(&keeper, &keeper_view);
	for (uint32_t index = 0; index < keeper_view.edge_count; index++) {
		struct cell_edge_view edge;
		cell_reference_edge(&keeper, index, &edge);
		EXPECT_TRUE(edge.as_recorded) << index;
	}
	cell_reference_drop(&keeper);

	ASSERT_EQ(cell_exchange_drop_retired(&why), STATUS_OK) << why.message;
	EXPECT_FALSE(cell_registry_symbolize((uint64_t)old_value, &symbol));
	EXPECT_EQ(new_count(), 10U);
	value_pointer_clear(&sink);
}

TEST_F(NameSpaces, AnExchangeIsRefusedWhileSomebodyWhoStaysIsBound)
{
	function<ValueFunction>("", "middle_value");
	ASSERT_EQ(open_space("fresh", "", nullptr, NAME_SPACE_ADOPT_STATE, &why), STATUS_OK);
	ASSERT_EQ(cell_loader_load_in(TEXT("fresh"), TEXT("low"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_exchange_run(TEXT("fresh"), &why), STATUS_BUSY);
	EXPECT_STREQ(why.message, "cell low is to be replaced, but cell middle, which stays, is bound to it");
	ASSERT_EQ(cell_loader_load_in(TEXT("fresh"), TEXT("middle"), &why), STATUS_OK) << why.message;

	struct cell_reference low = {};
	ASSERT_EQ(cell_registry_find(&low, TEXT("low")), STATUS_OK);
	why = {};
	EXPECT_EQ(cell_exchange_run(TEXT("fresh"), &why), STATUS_BUSY);
	EXPECT_STREQ(why.message, "cell low is to be replaced, but 1 references to it are held");
	cell_reference_drop(&low);
	EXPECT_EQ(function<CountFunction>("", "low_count")(), 6U);
	EXPECT_EQ(cell_exchange_run(TEXT("fresh"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(function<CountFunction>("", "low_count")(), 7U);
	EXPECT_EQ(cell_exchange_drop_retired(&why), STATUS_OK) << why.message;
	EXPECT_EQ(name_space_close(TEXT("fresh"), &why), STATUS_OK);
}

TEST_F(NameSpaces, StateIsNotAdoptedFromAnotherBuild)
{
	function<CountFunction>("", "low_count");
	Bytes file = archive({other_low_cell().finish()});
	ASSERT_EQ(open_space("other", "", &file, NAME_SPACE_ADOPT_STATE, &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_loader_load_in(TEXT("other"), TEXT("low"), &why), STATUS_UNSUPPORTED);
	EXPECT_STREQ(why.message, "cell low cannot adopt the state of its predecessor, which was built otherwise");
	EXPECT_EQ(name_space_close(TEXT("other"), &why), STATUS_OK);
}

TEST_F(NameSpaces, AnExchangeOfNothingIsRefused)
{
	EXPECT_EQ(cell_exchange_run(TEXT("nowhere"), &why), STATUS_NOT_FOUND);
	EXPECT_STREQ(why.message, "there is no name space nowhere");
	EXPECT_EQ(cell_exchange_run(TEXT(""), nullptr), STATUS_REFUSED);
	{
		struct load_transaction busy = {};
		ASSERT_EQ(cell_loader_begin(&busy, nullptr), STATUS_OK);
		EXPECT_EQ(cell_exchange_run(TEXT(""), nullptr), STATUS_BUSY);
		load_transaction_drop(&busy);
	}
	uint64_t address = 0;
	EXPECT_EQ(cell_exchange_translate(1, &address), STATUS_NOT_FOUND);
	EXPECT_EQ(cell_exchange_drop_retired(&why), STATUS_OK);
}

TEST_F(NameSpaces, ARecordCanBeGivenTheMappingOfItsState)
{
	ASSERT_EQ(cell_loader_load(TEXT("low"), nullptr), STATUS_OK);
	struct cell_reference low = {};
	struct mapped_pages_mut pages = {};
	ASSERT_EQ(cell_registry_find(&low, TEXT("low")), STATUS_OK);
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 4096, PAGE_REGION_CELLS), STATUS_OK);
	cell_exchange_give_state(&low, &pages);
	EXPECT_TRUE(mapped_pages_mut_is_empty(&pages));
	cell_reference_drop(&low);
	EXPECT_EQ(cell_unload(TEXT("low"), nullptr), STATUS_OK);
}

} // namespace
