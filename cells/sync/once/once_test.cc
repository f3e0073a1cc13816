#include "cells/sync/once/once.h"

#include <gtest/gtest.h>

#include <atomic>
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

class Once : public testing::Test
{
      protected:
	void SetUp() override
	{
		Begin();
	}
	struct once once = {};
};

TEST_F(Once, IsDoneOnce)
{
	struct once_turn turn = {};
	EXPECT_FALSE(once_is_done(&once));
	ASSERT_TRUE(once_begin(&once, &turn));
	EXPECT_FALSE(once_is_done(&once));
	once_finish(&turn);
	EXPECT_TRUE(once_turn_is_empty(&turn));
	EXPECT_TRUE(once_is_done(&once));
	EXPECT_FALSE(once_begin(&once, &turn));
}

TEST_F(Once, GoesToTheNextWhenItWasNotFinished)
{
	struct once_turn turn = {};
	ASSERT_TRUE(once_begin(&once, &turn));
	std::atomic<bool> was_next = false;
	std::thread next([&] {
		Begin();
		struct once_turn other = {};
		was_next = once_begin(&once, &other);
		once_finish(&other);
	});
	once_turn_release(&turn);
	next.join();
	EXPECT_TRUE(was_next);
	EXPECT_TRUE(once_is_done(&once));
}

TEST_F(Once, LetsNobodyThroughBefore)
{
	std::atomic<int> done = 0, through = 0;
	std::vector<std::thread> threads;
	for (int i = 0; i < 6; i++) {
		threads.emplace_back([&] {
			Begin();
			struct once_turn turn = {};
			if (once_begin(&once, &turn)) {
				std::this_thread::yield();
				done++;
				once_finish(&turn);
			}
			EXPECT_EQ(done, 1);
			through++;
		});
	}
	for (std::thread &thread : threads)
		thread.join();
	EXPECT_EQ(through, 6);
}

} // namespace
