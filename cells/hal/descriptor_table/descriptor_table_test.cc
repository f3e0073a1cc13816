#include "cells/hal/descriptor_table/descriptor_table.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "cells/hal/core_local/core_local.h"

namespace
{

uint64_t Word(size_t index)
{
	uint64_t value = 0;
	EXPECT_EQ(bytes_read_u64(descriptor_table_segments(), index * 8, &value), STATUS_OK);
	return value;
}

uint64_t TaskStateWord(size_t offset)
{
	uint64_t value = 0;
	EXPECT_EQ(bytes_read_u64(descriptor_table_task_state(0), offset, &value), STATUS_OK);
	return value;
}

TEST(DescriptorTable, SegmentsAreFlatCodeAndData)
{
	descriptor_table_install();
	EXPECT_EQ(Word(0), 0u);
	uint64_t code = Word(DESCRIPTOR_TABLE_CODE / 8), data = Word(DESCRIPTOR_TABLE_DATA / 8);
	EXPECT_EQ(code >> 40 & 0xFF, 0x9Bu) << "present, ring 0, code, readable, accessed";
	EXPECT_EQ(code >> 52 & 0xF, 0xAu) << "64 bits";
	EXPECT_EQ(data >> 40 & 0xFF, 0x93u) << "present, ring 0, data, writable, accessed";
}

TEST(DescriptorTable, TaskDescriptorLeadsToTheTaskState)
{
	descriptor_table_install();
	uint64_t low = Word(DESCRIPTOR_TABLE_TASK / 8), high = Word(DESCRIPTOR_TABLE_TASK / 8 + 1);
	uint64_t base = (low >> 16 & 0xFFFFFF) | (low >> 56) << 24 | high << 32;
	struct bytes task = descriptor_table_task_state(0);
	EXPECT_EQ(base, reinterpret_cast<uintptr_t>(task.data));
	EXPECT_EQ((low & 0xFFFF) + 1, task.size_bytes);
	EXPECT_EQ(low >> 40 & 0xFF, 0x89u) << "present, ring 0, available 64-bit task state";
	EXPECT_EQ(task.size_bytes, 104u);
	EXPECT_EQ(TaskStateWord(96) >> 48, 104u) << "no port bitmap";
}

TEST(DescriptorTable, EachInterruptStackIsItsOwn)
{
	descriptor_table_install();
	uintptr_t before = 0;
	for (int stack = 1; stack < DESCRIPTOR_TABLE_STACK_COUNT_; stack++) {
		uintptr_t top = descriptor_table_stack_top(0, static_cast<enum descriptor_table_stack>(stack));
		EXPECT_EQ(top % 16, 0u);
		EXPECT_GE(top - before, 4096u);
		EXPECT_EQ(TaskStateWord(36 + 8 * (stack - 1)), top) << "IST " << stack;
		before = top;
	}
}

TEST(DescriptorTable, EachCoreHasItsTaskStateAndItsSelector)
{
	descriptor_table_install();
	std::set<const void *> task_states = {descriptor_table_task_state(0).data};
	for (size_t core = 1; core < CORE_LOCAL_CORES; core++) {
		for (int stack = 1; stack < DESCRIPTOR_TABLE_STACK_COUNT_; stack++) {
			auto number = static_cast<enum descriptor_table_stack>(stack);
			EXPECT_EQ(descriptor_table_stack_top(core, number), 0u);
			uintptr_t top = 0xFFFFC00000000000 + core * 0x10000 + stack * 0x1000;
			descriptor_table_set_stack(core, number, top);
			EXPECT_EQ(descriptor_table_stack_top(core, number), top);
			uint64_t seen = 0;
			EXPECT_EQ(bytes_read_u64(descriptor_table_task_state(core), 36 + 8 * (stack - 1), &seen),
				STATUS_OK);
			EXPECT_EQ(seen, top);
		}
		descriptor_table_install_on(core);
		EXPECT_TRUE(task_states.insert(descriptor_table_task_state(core).data).second);
		EXPECT_EQ(Word(2 * core + 3) >> 40 & 0xFF, 0x89u);
	}
	EXPECT_EQ(descriptor_table_stack_top(0, DESCRIPTOR_TABLE_STACK_NMI) % 16, 0u);
}

TEST(DescriptorTable, WhatIsNoCoreOrNoStackPanics)
{
	EXPECT_THROW(descriptor_table_set_stack(1, DESCRIPTOR_TABLE_STACK_NMI, 0x1008), std::runtime_error);
	EXPECT_THROW(descriptor_table_set_stack(1, DESCRIPTOR_TABLE_STACK_CURRENT, 0x1000), std::runtime_error);
	EXPECT_THROW(
		descriptor_table_set_stack(CORE_LOCAL_CORES, DESCRIPTOR_TABLE_STACK_NMI, 0x1000), std::runtime_error);
	EXPECT_THROW(descriptor_table_install_on(CORE_LOCAL_CORES), std::runtime_error);
}

TEST(DescriptorTable, OnlyInterruptStacksHaveATop)
{
	EXPECT_THROW(descriptor_table_stack_top(0, DESCRIPTOR_TABLE_STACK_CURRENT), std::runtime_error);
	EXPECT_THROW(descriptor_table_stack_top(0, DESCRIPTOR_TABLE_STACK_COUNT_), std::runtime_error);
}

} // namespace
