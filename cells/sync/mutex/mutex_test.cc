#include "cells/sync/mutex/mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
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

class Mutex : public testing::Test
{
      protected:
	void SetUp() override
	{
		Begin();
	}
};

// Waits until another host thread has come to sleep for `what`.
void AwaitWaiter(const std::atomic<struct thread *> &thread, const void *what)
{
	while (!thread.load() || __atomic_load_n(&thread.load()->waits_for, __ATOMIC_ACQUIRE) != what)
		std::this_thread::yield();
}

TEST_F(Mutex, IsTakenAndGivenBack)
{
	struct mutex mutex = {};
	mutex_lock(&mutex);
	EXPECT_TRUE(mutex_is_mine(&mutex));
	EXPECT_EQ(thread_current()->held[0], &mutex);
	mutex_unlock(&mutex);
	EXPECT_FALSE(mutex_is_mine(&mutex));
	EXPECT_EQ(thread_current()->held_locks, 0u);
	ASSERT_TRUE(mutex_try_lock(&mutex));
	std::thread([&] {
		Begin();
		EXPECT_FALSE(mutex_try_lock(&mutex));
		EXPECT_EQ(mutex_lock_until(&mutex, 1), STATUS_TIMED_OUT);
	}).join();
	mutex_unlock(&mutex);
	EXPECT_EQ(mutex_lock_until(&mutex, 1), STATUS_OK);
	mutex_unlock(&mutex);
}

TEST_F(Mutex, IsGivenBackForNow)
{
	struct mutex mutex = {};
	mutex_lock(&mutex);
	mutex_unlock_for_now(&mutex);
	EXPECT_FALSE(mutex_is_mine(&mutex));
	mutex_lock_again(&mutex);
	EXPECT_TRUE(mutex_is_mine(&mutex));
	EXPECT_EQ(thread_current()->held_locks, 1u);
	mutex_unlock(&mutex);
}

TEST_F(Mutex, PanicsWhenTakenTwice)
{
	struct mutex mutex = {};
	mutex_lock(&mutex);
	EXPECT_THROW(mutex_lock(&mutex), std::runtime_error);
	mutex_unlock(&mutex);
}

TEST_F(Mutex, PanicsWhenAnotherGivesItBack)
{
	struct mutex mutex = {};
	EXPECT_THROW(mutex_unlock(&mutex), std::runtime_error);
	mutex_lock(&mutex);
	std::thread([&] {
		Begin();
		EXPECT_THROW(mutex_unlock(&mutex), std::runtime_error);
	}).join();
	mutex_unlock(&mutex);
}

TEST_F(Mutex, PanicsInTheThreadThatClosesACircle)
{
	struct mutex first = {}, second = {};
	std::atomic<struct thread *> other = nullptr;
	mutex_lock(&first);
	std::thread thread([&] {
		Begin();
		mutex_lock(&second);
		other = thread_current();
		mutex_lock(&first);
		mutex_unlock(&first);
		mutex_unlock(&second);
	});
	AwaitWaiter(other, &first);
	EXPECT_THROW(mutex_lock(&second), std::runtime_error);
	mutex_unlock(&first);
	thread.join();
}

TEST_F(Mutex, GoesToTheMostUrgentAndLendsItsUrgency)
{
	struct mutex mutex = {}, other_mutex = {};
	struct thread *self = thread_current();
	mutex_lock(&mutex);
	mutex_lock(&other_mutex);
	std::vector<std::thread> threads;
	std::vector<int> order;
	std::atomic<struct thread *> waiters[3] = {};
	const uint8_t priorities[] = {20, 40, 30};
	for (int i = 0; i < 3; i++) {
		threads.emplace_back([&, i] {
			Begin();
			struct thread *me = thread_current();
			me->priority = me->own_priority = priorities[i];
			waiters[i] = me;
			struct mutex *wanted = i == 0 ? &other_mutex : &mutex;
			mutex_lock(wanted);
			order.push_back(i); // one at a time: both mutexes are given back in turn
			mutex_unlock(wanted);
		});
		AwaitWaiter(waiters[i], i == 0 ? &other_mutex : &mutex);
	}
	EXPECT_EQ(self->priority, 40);
	mutex_unlock(&mutex);
	EXPECT_EQ(self->priority, 20); // what the waiter for the other mutex lends
	threads[1].join();
	threads[2].join();
	mutex_unlock(&other_mutex);
	EXPECT_EQ(self->priority, THREAD_PRIORITY_USUAL);
	threads[0].join();
	EXPECT_EQ(order, (std::vector<int>{1, 2, 0}));
}

TEST_F(Mutex, LendsUrgencyFromMutexToMutex)
{
	struct mutex near = {}, far = {};
	struct thread *self = thread_current();
	std::atomic<struct thread *> middle = nullptr, urgent = nullptr;
	mutex_lock(&far);
	std::thread second([&] {
		Begin();
		mutex_lock(&near);
		middle = thread_current();
		mutex_lock(&far);
		mutex_unlock(&far);
		mutex_unlock(&near);
		EXPECT_EQ(thread_current()->priority, THREAD_PRIORITY_USUAL);
	});
	AwaitWaiter(middle, &far);
	std::thread third([&] {
		Begin();
		thread_current()->priority = thread_current()->own_priority = 50;
		urgent = thread_current();
		mutex_lock(&near);
		mutex_unlock(&near);
	});
	AwaitWaiter(urgent, &near);
	EXPECT_EQ(self->priority, 50);
	mutex_unlock(&far);
	EXPECT_EQ(self->priority, THREAD_PRIORITY_USUAL);
	second.join();
	third.join();
}

TEST_F(Mutex, LetsOneThreadInAtATime)
{
	constexpr int kThreads = 4, kRounds = 5000;
	struct mutex mutex = {};
	int inside = 0, total = 0;
	std::vector<std::thread> threads;
	for (int i = 0; i < kThreads; i++) {
		threads.emplace_back([&, i] {
			Begin();
			for (int round = 0; round < kRounds; round++) {
				if (i == 0 && mutex_lock_until(&mutex, 1) != STATUS_OK) {
					round--; // whoever does not wait must not disturb those who do
					std::this_thread::yield();
					continue;
				}
				if (i != 0)
					mutex_lock(&mutex);
				EXPECT_EQ(++inside, 1);
				total++;
				inside--;
				mutex_unlock(&mutex);
			}
			EXPECT_EQ(thread_current()->held_locks, 0u);
		});
	}
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(total, kThreads * kRounds);
	EXPECT_FALSE(mutex_is_mine(&mutex));
	EXPECT_TRUE(mutex_try_lock(&mutex));
	mutex_unlock(&mutex);
}

} // namespace
