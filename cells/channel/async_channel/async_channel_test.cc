#include "cells/channel/async_channel/async_channel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cells/channel/async_channel/async_channel_user.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

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

class AsyncChannel : public testing::TestWithParam<channel_kind>
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region usable = {address_physical(0x100000), 64 << 20};
		ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	}
	void SetUp() override
	{
		Begin();
		objects_before = heap_statistics().objects;
		ASSERT_EQ(user_create(GetParam()), STATUS_OK);
	}
	void TearDown() override
	{
		for (size_t end = 0; end < USER_ENDS; end++) {
			user_drop_sender(end);
			user_drop_receiver(end);
		}
		EXPECT_EQ(heap_statistics().objects, objects_before);
	}
	uint64_t objects_before = 0;
	uint64_t got = 0;
};

INSTANTIATE_TEST_SUITE_P(Kinds, AsyncChannel, testing::Values(KIND_CHANNEL, KIND_STREAM));

TEST_P(AsyncChannel, KeepsOrderAndHasRoom)
{
	for (uint64_t round = 0; round < 5; round++) {
		EXPECT_EQ(user_try_receive(0, &got), STATUS_BUSY);
		for (uint64_t i = 0; i < USER_ROOM; i++)
			EXPECT_EQ(user_try_send(0, i), STATUS_OK);
		EXPECT_EQ(user_try_send(0, 99), STATUS_BUSY);
		EXPECT_EQ(user_send(0, 99, 1), STATUS_TIMED_OUT);
		for (uint64_t i = 0; i < USER_ROOM; i++) {
			ASSERT_EQ(user_receive(0, &got, THREAD_NO_DEADLINE), STATUS_OK);
			EXPECT_EQ(got, i);
		}
		EXPECT_EQ(user_receive(0, &got, 1), STATUS_TIMED_OUT);
		EXPECT_EQ(user_waiting(), 0u);
	}
}

TEST_P(AsyncChannel, IsEmptiedAfterItWasClosed)
{
	ASSERT_EQ(user_try_send(0, 7), STATUS_OK);
	user_close();
	EXPECT_EQ(user_try_send(0, 8), STATUS_END);
	EXPECT_EQ(user_send(0, 8, THREAD_NO_DEADLINE), STATUS_END);
	EXPECT_EQ(user_receive(0, &got, THREAD_NO_DEADLINE), STATUS_OK);
	EXPECT_EQ(got, 7u);
	EXPECT_EQ(user_receive(0, &got, THREAD_NO_DEADLINE), STATUS_END);
	EXPECT_EQ(user_try_receive(0, &got), STATUS_END);
}

TEST_P(AsyncChannel, IsClosedByTheLastSender)
{
	ASSERT_EQ(user_try_send(0, 7), STATUS_OK);
	std::thread receiver([&] {
		Begin();
		EXPECT_EQ(user_receive(0, &got, THREAD_NO_DEADLINE), STATUS_OK);
		EXPECT_EQ(user_receive(0, &got, THREAD_NO_DEADLINE), STATUS_END);
	});
	while (user_waiting() == 0)
		std::this_thread::yield();
	user_drop_sender(0);
	receiver.join();
}

TEST_P(AsyncChannel, IsClosedByTheLastReceiver)
{
	for (uint64_t i = 0; i < USER_ROOM; i++)
		ASSERT_EQ(user_try_send(0, i), STATUS_OK);
	std::thread sender([&] {
		Begin();
		EXPECT_EQ(user_send(0, 99, THREAD_NO_DEADLINE), STATUS_END);
	});
	while (user_waiting() == 0)
		std::this_thread::yield();
	user_drop_receiver(0);
	sender.join();
}

// A waiter that is unwound out of its sleep, as by a kill, leaves nothing behind.
TEST_P(AsyncChannel, SurvivesKilledWaiters)
{
	static struct thread_operations operations;
	operations = {};
	operations.block = [](struct thread *) { throw std::runtime_error("killed"); };
	operations.wake = [](struct thread *) {};
	thread_set_operations(&operations, "async_channel_test");
	EXPECT_THROW((void)user_receive(0, &got, THREAD_NO_DEADLINE), std::runtime_error);
	EXPECT_EQ(user_waiting(), 0u);
	for (uint64_t i = 0; i < USER_ROOM; i++)
		ASSERT_EQ(user_try_send(0, i), STATUS_OK);
	EXPECT_THROW((void)user_send(0, 99, THREAD_NO_DEADLINE), std::runtime_error);
	EXPECT_EQ(user_waiting(), 0u);
	thread_set_operations(nullptr, "");
	for (uint64_t i = 0; i < USER_ROOM; i++) {
		ASSERT_EQ(user_try_receive(0, &got), STATUS_OK);
		EXPECT_EQ(got, i);
	}
	EXPECT_EQ(user_try_receive(0, &got), STATUS_BUSY);
}

TEST_P(AsyncChannel, DeliversEachMessageOnce)
{
	const size_t ends = GetParam() == KIND_STREAM ? 1 : USER_ENDS;
	constexpr uint64_t kEach = 20000;
	for (size_t end = 1; end < ends; end++) {
		user_share_sender(end);
		user_share_receiver(end);
	}
	std::vector<std::atomic<int>> received(ends * kEach);
	std::vector<std::thread> threads;
	for (size_t end = 0; end < ends; end++) {
		threads.emplace_back([&, end] {
			Begin();
			for (uint64_t i = 0; i < kEach;) {
				uint64_t deadline = i % 3 ? THREAD_NO_DEADLINE : 1; // give up at once now and then
				enum status status = user_send(end, end * kEach + i, deadline);
				EXPECT_TRUE(status == STATUS_OK || status == STATUS_TIMED_OUT);
				i += status == STATUS_OK;
			}
			user_drop_sender(end);
		});
		threads.emplace_back([&, end] {
			Begin();
			uint64_t number;
			for (enum status status = STATUS_OK; status != STATUS_END;) {
				status = user_receive(end, &number, THREAD_NO_DEADLINE);
				if (status == STATUS_OK)
					received[number]++;
			}
		});
	}
	for (std::thread &thread : threads)
		thread.join();
	for (const std::atomic<int> &times : received)
		ASSERT_EQ(times, 1);
	EXPECT_EQ(user_waiting(), 0u);
}

} // namespace
