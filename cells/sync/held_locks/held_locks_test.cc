#include "cells/sync/held_locks/held_locks.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace
{

class HeldLocks : public testing::Test
{
      protected:
	void SetUp() override
	{
		thread_start_boot();
	}
	struct thread *self = thread_current();
	int locks[12] = {};
};

TEST_F(HeldLocks, KeepsThemInOrder)
{
	held_locks_add(self, &locks[0]);
	held_locks_add(self, &locks[1]);
	EXPECT_EQ(self->held_locks, 2u);
	EXPECT_EQ(self->held[1], &locks[1]);
	held_locks_remove(self, &locks[1]);
	held_locks_remove(self, &locks[0]);
	EXPECT_EQ(self->held_locks, 0u);
}

TEST_F(HeldLocks, GivesBackInAnyOrder)
{
	for (int i = 0; i < 3; i++)
		held_locks_add(self, &locks[i]);
	held_locks_remove(self, &locks[0]);
	EXPECT_EQ(self->held[0], &locks[1]);
	EXPECT_EQ(self->held[1], &locks[2]);
	held_locks_remove(self, &locks[2]);
	held_locks_remove(self, &locks[1]);
	EXPECT_EQ(self->held_locks, 0u);
}

TEST_F(HeldLocks, CountsThoseBeyondItsRoom)
{
	for (int &lock : locks)
		held_locks_add(self, &lock);
	EXPECT_EQ(self->held_locks, 12u);
	for (int &lock : locks)
		held_locks_remove(self, &lock);
	EXPECT_EQ(self->held_locks, 0u);
	held_locks_add(self, &locks[3]);
	EXPECT_EQ(self->held[0], &locks[3]);
	held_locks_remove(self, &locks[3]);
}

TEST_F(HeldLocks, PanicsWhenItIsNotHeld)
{
	EXPECT_THROW(held_locks_remove(self, &locks[0]), std::runtime_error);
	held_locks_add(self, &locks[1]);
	EXPECT_THROW(held_locks_remove(self, &locks[0]), std::runtime_error);
	EXPECT_EQ(self->held_locks, 1u);
}

} // namespace
