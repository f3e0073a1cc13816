#include "cells/channel/rendezvous_channel/rendezvous_channel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cells/channel/rendezvous_channel/rendezvous_channel_user.h"
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

class RendezvousChannel : public testing::Test
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
		ASSERT_EQ(user_create(), STATUS_OK);
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

std::thread wide_sender;

TEST_F(RendezvousChannel, MeetsInEitherOrder)
{
	EXPECT_EQ(user_send(0, 1, 1), STATUS_TIMED_OUT);
	EXPECT_EQ(user_receive(0, &got, 1), STATUS_TIMED_OUT);
	std::thread other([&] {
		Begin();
		for (uint64_t i = 0; i < 1000; i++) {
			EXPECT_EQ(user_send(0, i, THREAD_NO_DEADLINE), STATUS_OK);
			if (i % 100 == 0)
				std::this_thread::yield();
		}
	});
	for (uint64_t i = 0; i < 1000; i++) {
		EXPECT_EQ(user_receive(0, &got, THREAD_NO_DEADLINE), STATUS_OK);
		EXPECT_EQ(got, i);
	}
	other.join();
}

TEST_F(RendezvousChannel, CarriesAnySize)
{
	auto start = [] {
		wide_sender = std::thread([] {
			Begin();
			EXPECT_EQ(user_wide_send(), STATUS_OK);
		});
	};
	EXPECT_EQ(user_wide_works(start), STATUS_OK);
	wide_sender.join();
}

TEST_F(RendezvousChannel, EndsForAllWhenItIsClosed)
{
	std::thread other([&] {
		Begin();
		EXPECT_EQ(user_send(0, 1, THREAD_NO_DEADLINE), STATUS_END);
	});
	user_close();
	other.join();
	EXPECT_EQ(user_receive(0, &got, THREAD_NO_DEADLINE), STATUS_END);
}

TEST_F(RendezvousChannel, IsClosedByTheLastOfASide)
{
	std::thread other([&] {
		Begin();
		EXPECT_EQ(user_receive(0, &got, THREAD_NO_DEADLINE), STATUS_END);
	});
	user_drop_sender(0);
	other.join();
}

// A waiter that is unwound out of its sleep, as by a kill, leaves nothing behind.
TEST_F(RendezvousChannel, ForgetsKilledWaiters)
{
	static struct thread_operations operations;
	operations = {};
	operations.block = [](struct thread *) { throw std::runtime_error("killed"); };
	operations.wake = [](struct thread *) {};
	thread_set_operations(&operations, "rendezvous_channel_test");
	EXPECT_THROW((void)user_receive(0, &got, THREAD_NO_DEADLINE), std::runtime_error);
	EXPECT_THROW((void)user_send(0, 1, THREAD_NO_DEADLINE), std::runtime_error);
	EXPECT_THROW((void)user_receive(0, &got, THREAD_NO_DEADLINE), std::runtime_error);
	thread_set_operations(nullptr, "");
	EXPECT_EQ(user_receive(0, &got, 1), STATUS_TIMED_OUT);
	EXPECT_EQ(user_send(0, 1, 1), STATUS_TIMED_OUT);
}

TEST_F(RendezvousChannel, DeliversEachMessageOnce)
{
	constexpr uint64_t kEach = 3000;
	for (size_t end = 1; end < USER_ENDS; end++)
		user_share(end);
	std::vector<std::atomic<int>> received(USER_ENDS * kEach);
	std::vector<std::thread> threads;
	for (size_t end = 0; end < USER_ENDS; end++) {
		threads.emplace_back([&, end] {
			Begin();
			for (uint64_t i = 0; i < kEach;) {
				uint64_t deadline = i % 3 ? THREAD_NO_DEADLINE : 1; // give up at once now and then
				enum status status = user_send(end, end * kEach + i, deadline);
				EXPECT_TRUE(status == STATUS_OK || status == STATUS_TIMED_OUT);
				if (status == STATUS_OK)
					i++;
				else
					std::this_thread::yield();
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
}

} // namespace
