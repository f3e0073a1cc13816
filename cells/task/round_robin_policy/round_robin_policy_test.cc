#include "cells/task/round_robin_policy/round_robin_policy.h"

#include <gtest/gtest.h>

namespace
{

TEST(RoundRobinPolicy, EachGetsItsTurn)
{
	const struct scheduling_policy &policy = round_robin_policy;
	struct run_queue queue = {};
	struct thread a = {}, b = {}, c = {};
	EXPECT_EQ(policy.first(&queue), nullptr);
	policy.enter(&queue, &a);
	EXPECT_EQ(policy.rotate(&queue, &a), &a) << "alone, it goes on";
	a.priority = 1;
	b.priority = 63;
	policy.enter(&queue, &b);
	policy.enter(&queue, &c);
	EXPECT_FALSE(policy.preempts(&b, &a));
	EXPECT_EQ(policy.rotate(&queue, &a), &b);
	EXPECT_EQ(policy.rotate(&queue, &b), &c);
	EXPECT_EQ(policy.rotate(&queue, &c), &a);
	EXPECT_EQ(policy.first(&queue), &a);
	policy.leave(&queue, &a);
	EXPECT_EQ(policy.first(&queue), &b);
	policy.enter(&queue, &a);
	EXPECT_EQ(policy.rotate(&queue, &b), &c);
	EXPECT_EQ(policy.rotate(&queue, &c), &a) << "who comes waits until all others had their turn";
}

TEST(RoundRobinPolicy, HasItsName)
{
	EXPECT_STREQ(round_robin_policy.name, "round_robin");
}

} // namespace
