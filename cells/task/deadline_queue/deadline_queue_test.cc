#include "cells/task/deadline_queue/deadline_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

namespace
{

// Every parent is earlier than its children, and each child knows its parent. Returns how many there are.
size_t Check(const struct thread *thread, const struct thread *parent)
{
	if (!thread)
		return 0;
	EXPECT_EQ(thread->timer.parent, parent);
	EXPECT_TRUE(thread->timer.is_set);
	if (parent)
		EXPECT_LE(parent->timer.nanoseconds, thread->timer.nanoseconds);
	return 1 + Check(thread->timer.left, thread) + Check(thread->timer.right, thread);
}

TEST(DeadlineQueue, NobodyWaits)
{
	struct deadline_queue queue = {};
	EXPECT_EQ(deadline_queue_earliest(&queue), THREAD_NO_DEADLINE);
	struct thread thread = {};
	deadline_queue_remove(&queue, &thread);
	EXPECT_EQ(queue.earliest, nullptr);
}

TEST(DeadlineQueue, TheEarliestIsFirst)
{
	struct deadline_queue queue = {};
	struct thread threads[3] = {};
	threads[0].timer.nanoseconds = 30;
	threads[1].timer.nanoseconds = 10;
	threads[2].timer.nanoseconds = 20;
	for (auto &thread : threads)
		deadline_queue_add(&queue, &thread);
	EXPECT_EQ(queue.earliest, &threads[1]);
	deadline_queue_remove(&queue, &threads[1]);
	EXPECT_EQ(deadline_queue_earliest(&queue), 20u);
	deadline_queue_remove(&queue, &threads[0]);
	EXPECT_EQ(deadline_queue_earliest(&queue), 20u);
	deadline_queue_remove(&queue, &threads[2]);
	EXPECT_EQ(queue.earliest, nullptr);
	EXPECT_FALSE(threads[2].timer.is_set);
}

TEST(DeadlineQueue, AnyOrderAgainstASet)
{
	std::mt19937 random(7);
	std::vector<struct thread> threads(200);
	struct deadline_queue queue = {};
	std::multiset<uint64_t> expected;
	for (int step = 0; step < 20000; step++) {
		struct thread *thread = &threads[random() % threads.size()];
		if (thread->timer.is_set) {
			expected.erase(expected.find(thread->timer.nanoseconds));
			deadline_queue_remove(&queue, thread);
		} else {
			thread->timer.nanoseconds = random() % 1000;
			expected.insert(thread->timer.nanoseconds);
			deadline_queue_add(&queue, thread);
		}
		ASSERT_EQ(deadline_queue_earliest(&queue), expected.empty() ? THREAD_NO_DEADLINE : *expected.begin());
		if (step % 100 == 0)
			ASSERT_EQ(Check(queue.earliest, nullptr), expected.size());
	}
}

} // namespace
