// What name spaces are good for is in cell_exchange_test.cc; here, that they are made and removed.
#include "cells/loader/name_space/name_space.h"

#include <gtest/gtest.h>

#include "cells/loader/cell_loader/cell_loader.h"
#include "tests/loader/cell_maker.h"

namespace
{

using namespace ariadne_test;

TEST(NameSpace, IsFoundUntilItIsClosed)
{
	struct frame_region memory = {{0x100000}, 64 << 20};
	struct diagnosis why = {};
	static Bytes file = archive({low_cell().finish()});
	ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;

	ASSERT_EQ(name_space_open(TEXT("one"), TEXT(""), nullptr, NAME_SPACE_ADOPT_STATE, &why), STATUS_OK);
	ASSERT_EQ(name_space_open(TEXT("two"), TEXT("one"), nullptr, 0, &why), STATUS_OK);
	struct cell_name_space *one = nullptr;
	struct cell_name_space *two = nullptr;
	ASSERT_EQ(cell_name_space_find(TEXT("one"), &one), STATUS_OK);
	ASSERT_EQ(cell_name_space_find(TEXT("two"), &two), STATUS_OK);
	EXPECT_EQ(cell_name_space_parent(two), one);
	EXPECT_EQ(cell_name_space_parent(one), nullptr);
	EXPECT_TRUE(text_equal(cell_name_space_name(two), TEXT("two")));
	EXPECT_EQ(cell_name_space_next(nullptr), two);
	EXPECT_EQ(cell_name_space_next(two), one);
	EXPECT_EQ(cell_name_space_next(one), nullptr);

	ASSERT_EQ(cell_loader_load_in(TEXT("two"), TEXT("low"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(cell_name_space_cell_count(two), 1U);
	EXPECT_EQ(name_space_close(TEXT("one"), &why), STATUS_BUSY);
	EXPECT_EQ(name_space_close(TEXT("two"), &why), STATUS_OK);
	EXPECT_EQ(name_space_close(TEXT("one"), &why), STATUS_OK);
	EXPECT_EQ(name_space_close(TEXT("one"), &why), STATUS_NOT_FOUND);
	EXPECT_EQ(name_space_close(TEXT(""), &why), STATUS_REFUSED);
	EXPECT_EQ(cell_registry_cell_count(), 0U);
}

} // namespace
