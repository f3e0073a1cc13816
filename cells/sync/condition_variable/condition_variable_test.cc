#include "cells/sync/condition_variable/condition_variable.h"

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

class ConditionVariable : public testing::Test
{
      protected:
	void SetUp() override
	{
		Begin();
	}
	struct mutex mutex = {};
	struct condition_variable changed = {};
	int items = 0;
};

TEST_F(ConditionVariable, TimesOutWithTheMutexHeld)
{
	mutex_lock(&mutex);
	EXPECT_EQ(condition_variable_wait(&changed, &mutex, 1), STATUS_TIMED_OUT);
	EXPECT_TRUE(mutex_is_mine(&mutex));
	EXPECT_EQ(thread_current()->held_locks, 1u);
	mutex_unlock(&mutex);
	condition_variable_signal(&changed); // reaches nobody
}

// A waiter that is unwound out of its sleep, as by a kill.
TEST_F(ConditionVariable, HoldsTheMutexAgainWhenItIsUnwound)
{
	static struct thread_operations operations;
	operations = {};
	operations.block = [](struct thread *) { throw std::runtime_error("killed"); };
	operations.wake = [](struct thread *) {};
	thread_set_operations(&operations, "condition_variable_test");
	mutex_lock(&mutex);
	EXPECT_THROW((void)condition_variable_wait(&changed, &mutex, THREAD_NO_DEADLINE), std::runtime_error);
	EXPECT_TRUE(mutex_is_mine(&mutex));
	mutex_unlock(&mutex);
	thread_set_operations(nullptr, "");
}

TEST_F(ConditionVariable, LosesNoSignal)
{
	constexpr int kConsumers = 3, kRounds = 4000;
	std::vector<std::thread> threads;
	for (int i = 0; i < kConsumers; i++) {
		threads.emplace_back([&] {
			Begin();
			for (int round = 0; round < kRounds; round++) {
				mutex_lock(&mutex);
				while (items == 0)
					EXPECT_EQ(condition_variable_wait(&changed, &mutex, THREAD_NO_DEADLINE),
						STATUS_OK);
				items--;
				mutex_unlock(&mutex);
			}
		});
	}
	for (int i = 0; i < kConsumers * kRounds; i++) {
		mutex_lock(&mutex);
		items++;
		mutex_unlock(&mutex);
		condition_variable_signal(&changed);
	}
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(items, 0);
}

TEST_F(ConditionVariable, SignalsAll)
{
	std::vector<std::thread> threads;
	bool is_open = false;
	for (int i = 0; i < 3; i++) {
		threads.emplace_back([&] {
			Begin();
			mutex_lock(&mutex);
			items++;
			while (!is_open)
				EXPECT_EQ(condition_variable_wait(&changed, &mutex, THREAD_NO_DEADLINE), STATUS_OK);
			mutex_unlock(&mutex);
		});
	}
	for (bool all = false; !all; std::this_thread::yield()) {
		mutex_lock(&mutex);
		all = items == 3;
		is_open = all;
		mutex_unlock(&mutex);
	}
	condition_variable_signal_all(&changed);
	for (std::thread &thread : threads)
		thread.join();
}

} // namespace
