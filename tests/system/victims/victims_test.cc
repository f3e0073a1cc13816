#include "tests/system/victims/victims.h"

#include <gtest/gtest.h>

namespace
{

TEST(Victims, EachHasANameAndTheLastIsFollowedByNone)
{
	size_t count = 0;
	while (const struct victim *victim = victims_at(count)) {
		EXPECT_STRNE(victim->name, "");
		count++;
	}
	EXPECT_GE(count, 6u);
}

TEST(Victims, ThoseOfTheirOwnHandlesLeaveNothing)
{
	for (size_t index = 2; index < 6; index++) { // the others need memory, or a loader
		victims_at(index)->run();
		EXPECT_EQ(victims_held(), 0u) << victims_at(index)->name;
		EXPECT_EQ(victims_given_back_twice(), 0u) << victims_at(index)->name;
		EXPECT_FALSE(victims_lock_is_held()) << victims_at(index)->name;
	}
}

} // namespace
