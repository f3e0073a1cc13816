#include "cells/loader/debugger_table/debugger_table.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <vector>

namespace
{

std::vector<const char *> names()
{
	std::vector<const char *> list;
	for (const debugger_cell *cell = debugger_table_get()->first; cell; cell = cell->next)
		list.push_back(cell->name);
	return list;
}

using Names = std::vector<const char *>;

TEST(DebuggerTable, ListsNewestFirstAndForgetsWhatIsRemoved)
{
	static const char a[] = "a", b[] = "b", c[] = "c";
	debugger_cell first = {}, second = {}, third = {};
	first.name = a;
	second.name = b;
	third.name = c;
	debugger_table_add(&first, 1);
	debugger_table_add(&second, 0);
	debugger_table_add(&third, 1);
	EXPECT_EQ(names(), (Names{c, b, a}));

	debugger_table_remove(&second); // from the middle
	EXPECT_EQ(names(), (Names{c, a}));
	debugger_table_remove(&third); // from the front
	EXPECT_EQ(names(), (Names{a}));
	EXPECT_EQ(first.previous, nullptr);
	debugger_table_remove(&first);
	EXPECT_EQ(names(), Names{});
}

TEST(DebuggerTable, CountsEveryChange)
{
	debugger_cell cell = {};
	uint64_t before = debugger_table_get()->change_count;
	debugger_table_add(&cell, 0);
	EXPECT_EQ(debugger_table_get()->change_count, before + 1);
	debugger_table_remove(&cell);
	EXPECT_EQ(debugger_table_get()->change_count, before + 2);
}

// What tools/gdb/ariadne.py unpacks.
TEST(DebuggerTable, KeepsTheLayoutThatTheDebuggerReads)
{
	EXPECT_EQ(memcmp(&debugger_table_get()->magic, "RIADBG1", 8), 0);
	EXPECT_EQ(offsetof(debugger_table, change_count), 8u);
	EXPECT_EQ(offsetof(debugger_table, first), 16u);
	EXPECT_EQ(offsetof(debugger_cell, next), 0u);
	EXPECT_EQ(offsetof(debugger_cell, name), 16u);
	EXPECT_EQ(offsetof(debugger_cell, section_names), 24u);
	EXPECT_EQ(offsetof(debugger_cell, sections), 32u);
	EXPECT_EQ(offsetof(debugger_cell, section_count), 40u);
	EXPECT_EQ(offsetof(debugger_cell, section_stride_bytes), 44u);
	EXPECT_EQ(offsetof(debugger_cell, build_id), 48u);
	EXPECT_EQ(offsetof(debugger_section, name_offset), 12u);
	debugger_table_changed(debugger_table_get()); // only a place to stop at
}

} // namespace
