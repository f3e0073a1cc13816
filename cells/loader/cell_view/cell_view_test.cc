#include "cells/loader/cell_view/cell_view.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/loader/cell_loader/cell_loader.h"
#include "tests/loader/cell_maker.h"

namespace
{

using namespace ariadne_test;

std::string string_of(struct text text)
{
	return std::string(text.start, text.length);
}

class CellView : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region memory = {{0x100000}, 64 << 20};
		struct diagnosis why = {};
		static Bytes file = archive({low_cell().finish(), middle_cell().finish()});
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
		ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
		ASSERT_EQ(cell_loader_load(TEXT("middle"), &why), STATUS_OK) << why.message;
	}
	void find(const char *name)
	{
		cell_reference_drop_in(&cell);
		ASSERT_EQ(cell_registry_find(&cell, text_from(name)), STATUS_OK);
		cell_reference_view(&cell, &cell_view);
	}
	void TearDown() override
	{
		cell_reference_drop_in(&cell);
	}
	struct cell_reference cell = {};
	struct cell_view cell_view = {};
};

TEST_F(CellView, TellsWhatACellIs)
{
	find("low");
	EXPECT_EQ(string_of(cell_view.name), "low");
	EXPECT_EQ(string_of(cell_view.version), "0.1.0");
	EXPECT_EQ(cell_view.reference_count, 1U);
	EXPECT_EQ(cell_view.export_count, 3U);
	EXPECT_EQ(cell_view.size_bytes[CELL_SECTION_STATE], 108U);
	EXPECT_EQ(cell_view.size_bytes[CELL_SECTION_RODATA], 4U);
	EXPECT_GT(cell_view.record_size_bytes, 0U);
	struct cell_section_view section;
	cell_reference_section(&cell, 1, &section);
	EXPECT_EQ(string_of(section.name), ".text.low_value");
	EXPECT_EQ(section.user_count, 1U);
	EXPECT_ANY_THROW(cell_reference_section(&cell, 100, &section));
}

TEST_F(CellView, ReadsEdgesFromMemory)
{
	find("middle");
	struct cell_dependency dependency;
	ASSERT_EQ(cell_reference_dependency(&cell, 0, &dependency), STATUS_OK);
	EXPECT_EQ(string_of(dependency.name), "low");
	EXPECT_EQ(cell_reference_dependency(&cell, 1, &dependency), STATUS_NOT_FOUND);
	unsigned to_low = 0;
	for (uint32_t index = 0; index < cell_view.edge_count; index++) {
		struct cell_edge_view edge;
		cell_reference_edge(&cell, index, &edge);
		EXPECT_TRUE(edge.as_recorded);
		if (string_of(edge.to_cell) == "low") {
			EXPECT_EQ(string_of(edge.symbol), "low_value");
			to_low++;
		}
	}
	EXPECT_EQ(to_low, 1U);
}

TEST_F(CellView, WalksUsersSymbolsAndPointers)
{
	find("low");
	struct cell_user_walk users = {};
	struct cell_edge_view edge;
	ASSERT_EQ(cell_reference_next_user(&cell, &users, &edge), STATUS_OK);
	EXPECT_EQ(string_of(edge.from_cell), "middle");
	EXPECT_EQ(cell_reference_next_user(&cell, &users, &edge), STATUS_END);

	struct cell_symbol_walk symbols = {};
	struct cell_symbol_view symbol;
	unsigned count = 0;
	uint64_t value = 0;
	while (!cell_reference_next_symbol(&cell, &symbols, &symbol)) {
		if (string_of(symbol.name) == "low_value")
			value = symbol.address;
		count++;
	}
	EXPECT_EQ(count, 5U);

	const struct cell_pointer *walk = nullptr;
	static struct cell_pointer pointer;
	EXPECT_EQ(cell_reference_next_pointer(&cell, &walk), STATUS_END);
	cell_pointer_set(&pointer, (const void *)value, "test");
	EXPECT_EQ(cell_reference_next_pointer(&cell, &walk), STATUS_OK);
	EXPECT_EQ(walk, &pointer);
	struct cell_pointer_view view = {};
	cell_view_pointer(walk, &view);
	EXPECT_TRUE(text_equal(view.holder, TEXT("test")));
	EXPECT_EQ(view.holder_cell.length, 0U); // the slot is in no cell's memory
	EXPECT_TRUE(text_equal(view.symbol, TEXT("low_value")));
	cell_pointer_set(&pointer, nullptr, "");

	EXPECT_EQ(cell_registry_statistics().cells, 2U);
	EXPECT_GT(cell_registry_statistics().relocations, 3U);
}

} // namespace
