#include "cells/sync/wait_queue/wait_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cells/hal/processor/processor.h"

namespace
{

// Each host thread is a thread on a processor of its own.
void Begin()
{
	static std::atomic<uint32_t> next = 0;
	processor_host()->identity = ++next;
	thread_start_boot();
}

struct Pool {
	struct wait_queue queue = {};
	int free = 0;
};

bool TakeOne(void *context)
{
	Pool *pool = static_cast<Pool *>(context);
	if (pool->free == 0)
		return false;
	pool->free--;
	return true;
}

void GiveOne(Pool *pool)
{
	spinlock_lock(&pool->queue.lock);
	pool->free++;
	spinlock_unlock(&pool->queue.lock);
	wait_queue_wake_one(&pool->queue);
}

size_t Waiting(struct wait_list *list, struct spinlock *lock)
{
	spinlock_lock(lock);
	size_t count = 0;
	for (const struct wait_node *node = list->first; node; node = node->next)
		count++;
	spinlock_unlock(lock);
	return count;
}

class WaitQueue : public testing::Test
{
      protected:
	void SetUp() override
	{
		Begin();
	}
	struct wait_list list = {};
	struct spinlock lock = {};
};

TEST_F(WaitQueue, GrantsInAnyOrderAndTellsTheOutcome)
{
	std::vector<std::thread> threads;
	std::atomic<int> outcomes[3] = {-1, -1, -1};
	for (int i = 0; i < 3; i++) {
		threads.emplace_back([&, i] {
			Begin();
			struct wait_node node = {};
			spinlock_lock(&lock);
			wait_node_enter(&node, &list, &lock, this);
			spinlock_unlock(&lock);
			outcomes[i] = wait_node_wait(&node, THREAD_NO_DEADLINE);
			EXPECT_EQ(thread_current()->waits_for, nullptr);
			wait_node_release(&node);
		});
		while (Waiting(&list, &lock) != size_t(i) + 1)
			std::this_thread::yield();
	}
	spinlock_lock(&lock);
	wait_node_end(list.first->next, STATUS_END);
	EXPECT_EQ(list.first->next, list.last);
	wait_node_grant(list.last);
	wait_node_grant(list.first);
	EXPECT_EQ(list.first, nullptr);
	EXPECT_EQ(list.last, nullptr);
	spinlock_unlock(&lock);
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(outcomes[0], STATUS_OK);
	EXPECT_EQ(outcomes[1], STATUS_END);
	EXPECT_EQ(outcomes[2], STATUS_OK);
}

TEST_F(WaitQueue, LeavesTheListWhenDropped)
{
	struct wait_node first = {}, second = {};
	spinlock_lock(&lock);
	wait_node_enter(&first, &list, &lock, this);
	wait_node_enter(&second, &list, &lock, this);
	spinlock_unlock(&lock);
	EXPECT_EQ(thread_current()->waits_for, this);
	wait_node_release(&first);
	EXPECT_EQ(list.first, &second);
	wait_node_release(&second);
	EXPECT_EQ(list.first, nullptr);
	EXPECT_TRUE(wait_node_is_empty(&second));
	EXPECT_EQ(thread_current()->waits_for, nullptr);
}

TEST_F(WaitQueue, TellsOnceThatItWasGranted)
{
	struct wait_node node = {};
	EXPECT_FALSE(wait_node_leave(&node));
	spinlock_lock(&lock);
	wait_node_enter(&node, &list, &lock, this);
	wait_node_grant(&node);
	spinlock_unlock(&lock);
	EXPECT_TRUE(wait_node_leave(&node));
	EXPECT_FALSE(wait_node_leave(&node));
	wait_node_release(&node);
}

TEST_F(WaitQueue, TimesOut)
{
	struct wait_node node = {};
	spinlock_lock(&lock);
	wait_node_enter(&node, &list, &lock, this);
	spinlock_unlock(&lock);
	EXPECT_EQ(wait_node_wait(&node, 1), STATUS_TIMED_OUT);
	EXPECT_EQ(list.first, nullptr);
	EXPECT_THROW((void)wait_node_wait(&node, 1), std::runtime_error);
	Pool pool;
	EXPECT_EQ(wait_queue_wait(&pool.queue, TakeOne, &pool, 1), STATUS_TIMED_OUT);
	pool.free = 1;
	EXPECT_EQ(wait_queue_wait(&pool.queue, TakeOne, &pool, 1), STATUS_OK);
}

TEST_F(WaitQueue, WakesAll)
{
	Pool pool;
	std::vector<std::thread> threads;
	for (int i = 0; i < 3; i++) {
		threads.emplace_back([&] {
			Begin();
			EXPECT_EQ(wait_queue_wait(&pool.queue, TakeOne, &pool, THREAD_NO_DEADLINE), STATUS_OK);
		});
	}
	while (Waiting(&pool.queue.list, &pool.queue.lock) != 3)
		std::this_thread::yield();
	spinlock_lock(&pool.queue.lock);
	pool.free = 3;
	spinlock_unlock(&pool.queue.lock);
	wait_queue_wake_all(&pool.queue);
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(pool.free, 0);
}

TEST_F(WaitQueue, LosesNoWakeUp)
{
	constexpr int kThreads = 3, kRounds = 5000;
	Pool pool;
	std::atomic<int> taken = 0;
	std::vector<std::thread> threads;
	for (int i = 0; i < kThreads; i++) {
		threads.emplace_back([&, i] {
			Begin();
			for (int round = 0; round < kRounds;) {
				uint64_t deadline = i == 0 ? 1 : THREAD_NO_DEADLINE;
				if (wait_queue_wait(&pool.queue, TakeOne, &pool, deadline) == STATUS_OK) {
					round++;
					taken++;
				} else {
					std::this_thread::yield();
				}
			}
		});
	}
	for (int i = 0; i < kThreads * kRounds; i++)
		GiveOne(&pool);
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(taken, kThreads * kRounds);
	EXPECT_EQ(pool.free, 0);
}

} // namespace
