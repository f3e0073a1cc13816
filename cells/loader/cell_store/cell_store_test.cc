#include "cells/loader/cell_store/cell_store.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/loader/loader_step.h"

namespace
{

using namespace ariadne_test;

class CellStore : public LoaderStep
{
      protected:
	static void SetUpTestSuite()
	{
		EXPECT_EQ(cell_store_first_symbol(TEXT("low")), 0u) << "there is nothing yet";
		struct text name;
		EXPECT_EQ(cell_store_cell_name(0, &name), STATUS_END);
		struct static_map map;
		EXPECT_EQ(cell_store_static_map(&map), STATUS_NOT_FOUND);
		start({low_cell().finish(), middle_cell().finish()});
	}
};

std::string string_of(struct text text)
{
	return std::string(text.start, text.length);
}

TEST_F(CellStore, WalksWhatTheArchiveOffers)
{
	struct text symbol, cell;
	ASSERT_EQ(cell_store_cell_name(1, &cell), STATUS_OK);
	EXPECT_EQ(string_of(cell), "middle");
	EXPECT_EQ(cell_store_cell_name(2, &cell), STATUS_END);
	ASSERT_EQ(cell_store_symbol_name(cell_store_first_symbol(TEXT("middle_t")), &symbol, &cell), STATUS_OK);
	EXPECT_EQ(string_of(symbol), "middle_table");
	EXPECT_EQ(string_of(cell), "middle");
	EXPECT_EQ(cell_store_symbol_name(cell_store_first_symbol(TEXT("z")), &symbol, &cell), STATUS_END);
}

TEST_F(CellStore, GivesTheObjectOfACellThatIsNotLoaded)
{
	struct bytes object;
	ASSERT_EQ(cell_store_object(TEXT("low"), &object), STATUS_OK);
	EXPECT_EQ(bytes_at(object, 1), 'E');
	EXPECT_EQ(cell_store_object(TEXT("nobody"), &object), STATUS_NOT_FOUND);
	struct static_map map;
	ASSERT_EQ(cell_store_static_map(&map), STATUS_OK);
	EXPECT_EQ(map.cell_count, 0u);
}

TEST_F(CellStore, ACellsHomeIsTheNearestSpaceThatHasIt)
{
	Bytes file = archive({low_cell().finish()});
	struct cell_name_space below = {};
	struct store_space space = {};
	ASSERT_EQ(cell_store_open_sources(view(file), &space.sources, &why), STATUS_OK) << why.message;
	space.parent = cell_store_root();
	space.name_space = &below;
	cell_store_add(&space);
	EXPECT_EQ(cell_store_home(&space, TEXT("low")), &space);
	EXPECT_EQ(cell_store_home(&space, TEXT("middle")), cell_store_root());
	EXPECT_EQ(cell_store_home(&space, TEXT("nobody")), cell_store_root());
	EXPECT_EQ(cell_store_home(cell_store_root(), TEXT("low")), cell_store_root());
	cell_store_take(&space);
	struct store_space *found = nullptr;
	EXPECT_EQ(cell_store_find_space(TEXT(""), &found, &why), STATUS_OK);
	EXPECT_EQ(found, cell_store_root());
	EXPECT_EQ(cell_store_find_space(TEXT("apart"), &found, &why), STATUS_NOT_FOUND);
	EXPECT_STREQ(why.message, "there is no name space apart");
}

TEST_F(CellStore, RefusesAnArchiveWithoutItsMembers)
{
	struct cell_sources sources = {};
	EXPECT_NE(cell_store_open_sources(bytes_from("no archive", 10), &sources, &why), STATUS_OK);
}

} // namespace
