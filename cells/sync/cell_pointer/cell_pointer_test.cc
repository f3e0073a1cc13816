#include "cells/sync/cell_pointer/cell_pointer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

typedef int twice(int);
CELL_POINTER_TYPE(twice_pointer, twice);

int add_to_itself(int number)
{
	return number + number;
}

std::vector<const struct cell_pointer *> all()
{
	std::vector<const struct cell_pointer *> slots;
	for (struct cell_pointer *slot = cell_pointer_next(nullptr); slot; slot = cell_pointer_next(slot))
		slots.push_back(slot);
	return slots;
}

TEST(CellPointer, GivesTheTypedPointerBackAndIsListedWhileItLeadsSomewhere)
{
	static struct twice_pointer pointer = {};
	EXPECT_EQ(twice_pointer_get(&pointer), nullptr);
	EXPECT_TRUE(all().empty());
	twice_pointer_set(&pointer, add_to_itself, "test: doubling");
	EXPECT_EQ(twice_pointer_get(&pointer)(21), 42);
	ASSERT_EQ(all().size(), 1U);
	EXPECT_EQ(all()[0]->target, (const void *)add_to_itself);
	EXPECT_STREQ(all()[0]->holder, "test: doubling");
	twice_pointer_set(&pointer, add_to_itself, "again"); // does not enter twice
	EXPECT_EQ(all().size(), 1U);
	twice_pointer_clear(&pointer);
	twice_pointer_clear(&pointer);
	EXPECT_EQ(twice_pointer_get(&pointer), nullptr);
	EXPECT_TRUE(all().empty());
}

TEST(CellPointer, LeavesTheListFromAnyPlace)
{
	static struct cell_pointer slots[3];
	for (size_t first = 0; first < 3; first++) {
		for (struct cell_pointer &slot : slots)
			cell_pointer_set(&slot, &slot, "test");
		EXPECT_EQ(all().size(), 3U);
		for (size_t i = 0; i < 3; i++) {
			cell_pointer_set(&slots[(first + i) % 3], nullptr, "");
			EXPECT_EQ(all().size(), 2 - i);
		}
	}
}

TEST(CellPointer, FollowsAWordThatIsKeptElsewhere)
{
	static struct cell_pointer slot;
	static twice *word = nullptr;
	static const int there = 2;
	cell_pointer_follow(&slot, CELL_POINTER_WORD(twice, &word), "test: word");
	ASSERT_EQ(all().size(), 1U) << "also while it leads nowhere";
	EXPECT_EQ(cell_pointer_target(&slot), nullptr);
	EXPECT_EQ(cell_pointer_place(&slot), &word);
	word = add_to_itself;
	EXPECT_EQ(cell_pointer_target(&slot), (const void *)add_to_itself);
	cell_pointer_follow(&slot, CELL_POINTER_WORD(twice, &word), "test: the same word");
	EXPECT_EQ(all().size(), 1U);
	cell_pointer_redirect(&slot, &there);
	EXPECT_EQ((const void *)word, &there);
	cell_pointer_set(&slot, nullptr, "");
	EXPECT_TRUE(all().empty());
	EXPECT_EQ((const void *)word, &there) << "it is only no longer followed";
	EXPECT_EQ(cell_pointer_place(&slot), &slot);
}

TEST(CellPointer, CutsALongHolderAndIsRedirected)
{
	static struct cell_pointer slot;
	static const int here = 1, there = 2;
	std::string name(100, 'x');
	cell_pointer_set(&slot, &here, name.c_str());
	EXPECT_EQ(std::string(slot.holder), name.substr(0, CELL_POINTER_HOLDER_CAPACITY - 1));
	cell_pointer_redirect(&slot, &there);
	EXPECT_EQ(slot.target, &there);
	cell_pointer_set(&slot, nullptr, "");
}

} // namespace
