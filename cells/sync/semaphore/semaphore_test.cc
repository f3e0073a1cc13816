#include "cells/sync/semaphore/semaphore.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cells/hal/processor/processor.h"
#include "cells/sync/thread/thread.h"

namespace
{

// Each host thread is a thread on a processor of its own.
void Begin()
{
	static std::atomic<uint32_t> next = 0;
	processor_host()->identity = ++next;
	thread_start_boot();
}

class Semaphore : public testing::Test
{
      protected:
	void SetUp() override
	{
		Begin();
	}
	struct semaphore semaphore = {};
};

TEST_F(Semaphore, CountsItsPermits)
{
	EXPECT_FALSE(semaphore_try_wait(&semaphore));
	semaphore_signal(&semaphore);
	semaphore_signal(&semaphore);
	EXPECT_TRUE(semaphore_try_wait(&semaphore));
	EXPECT_EQ(semaphore_wait(&semaphore, THREAD_NO_DEADLINE), STATUS_OK);
	EXPECT_EQ(semaphore_wait(&semaphore, 1), STATUS_TIMED_OUT);
	EXPECT_EQ(semaphore.waiters.first, nullptr);
}

// A waiter that is unwound out of its sleep, as by a kill.
TEST_F(Semaphore, PassesOnWhatAKilledWaiterWasGranted)
{
	static struct semaphore *granted;
	granted = &semaphore;
	static struct thread_operations operations;
	operations = {};
	operations.block = [](struct thread *) {
		semaphore_signal(granted);
		throw std::runtime_error("killed");
	};
	operations.wake = [](struct thread *) {};
	thread_set_operations(&operations, "semaphore_test");
	EXPECT_THROW((void)semaphore_wait(&semaphore, THREAD_NO_DEADLINE), std::runtime_error);
	EXPECT_EQ(semaphore.waiters.first, nullptr);
	EXPECT_TRUE(semaphore_try_wait(&semaphore));
	operations.block = [](struct thread *) { throw std::runtime_error("killed"); };
	EXPECT_THROW((void)semaphore_wait(&semaphore, THREAD_NO_DEADLINE), std::runtime_error);
	EXPECT_EQ(semaphore.waiters.first, nullptr);
	EXPECT_FALSE(semaphore_try_wait(&semaphore));
	thread_set_operations(nullptr, "");
}

TEST_F(Semaphore, LetsAsManyInAsThereArePermits)
{
	constexpr int kThreads = 4, kPermits = 2, kRounds = 5000;
	std::atomic<int> inside = 0, total = 0;
	std::vector<std::thread> threads;
	for (int i = 0; i < kPermits; i++)
		semaphore_signal(&semaphore);
	for (int i = 0; i < kThreads; i++) {
		threads.emplace_back([&, i] {
			Begin();
			for (int round = 0; round < kRounds;) {
				if (semaphore_wait(&semaphore, i == 0 ? 1 : THREAD_NO_DEADLINE) != STATUS_OK) {
					std::this_thread::yield();
					continue;
				}
				EXPECT_LE(++inside, kPermits);
				total++;
				inside--;
				semaphore_signal(&semaphore);
				round++;
			}
		});
	}
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(total, kThreads * kRounds);
	EXPECT_EQ(semaphore.permits, size_t(kPermits));
}

} // namespace
