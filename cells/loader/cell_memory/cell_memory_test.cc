#include "cells/loader/cell_memory/cell_memory.h"

#include <gtest/gtest.h>

namespace
{

int calls = 0;

enum status init_that_fails()
{
	calls++;
	return STATUS_NO_DEVICE;
}

void exit_entry()
{
	calls += 10;
}

TEST(CellMemory, ViewsWhatIsAtTheAddress)
{
	unsigned char content[] = {1, 2, 3};
	struct bytes memory = cell_memory_view((uintptr_t)content, sizeof content);
	EXPECT_EQ(memory.data, content);
	EXPECT_EQ(memory.size_bytes, sizeof content);
	bytes_mut_set(cell_memory_view_mut((uintptr_t)content, sizeof content), 1, 9);
	EXPECT_EQ(content[1], 9);
	EXPECT_EQ(cell_memory_address(content), (uintptr_t)content);
}

TEST(CellMemory, CallsEntriesAndPassesTheStatusOn)
{
	calls = 0;
	EXPECT_EQ(cell_memory_call_init((uintptr_t)&init_that_fails), STATUS_NO_DEVICE);
	EXPECT_EQ(calls, 1);
	cell_memory_call_exit((uintptr_t)&exit_entry);
	EXPECT_EQ(calls, 11);
}

} // namespace
