#include "cells/channel/channel_select/channel_select.h"

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

class ChannelSelect : public testing::Test
{
      protected:
	void SetUp() override
	{
		Begin();
	}
	struct async_channel first = {}, second = {};
	struct channel_select select = {};

	void EnterBoth()
	{
		channel_select_begin(&select);
		channel_select_add(&select, &first, CHANNEL_RECEIVERS);
		channel_select_add(&select, &second, CHANNEL_RECEIVERS);
	}
};

TEST_F(ChannelSelect, LeavesAllWhenItIsDroppedOrTimesOut)
{
	EnterBoth();
	EXPECT_EQ(first.waiters.count, 1u);
	EXPECT_EQ(second.waiters.count, 1u);
	EXPECT_EQ(channel_select_wait(&select, 1), STATUS_TIMED_OUT);
	EXPECT_EQ(first.waiters.count, 0u);
	EXPECT_EQ(second.waiters.count, 0u);
	EnterBoth();
	channel_select_release(&select);
	EXPECT_EQ(first.waiters.count, 0u);
	EXPECT_EQ(second.waiters.count, 0u);
	EXPECT_TRUE(channel_select_is_empty(&select));
}

TEST_F(ChannelSelect, WakesForAnyOfThem)
{
	for (struct async_channel *channel : {&first, &second}) {
		EnterBoth();
		std::thread other([&] {
			Begin();
			channel_waiters_wake(&channel->waiters, CHANNEL_RECEIVERS);
		});
		EXPECT_EQ(channel_select_wait(&select, THREAD_NO_DEADLINE), STATUS_OK);
		other.join();
		EXPECT_EQ(first.waiters.count, 0u);
		EXPECT_EQ(second.waiters.count, 0u);
	}
	channel_select_release(&select);
}

TEST_F(ChannelSelect, PassesOnWhatItDoesNotUse)
{
	EnterBoth();
	struct channel_turn next = {};
	channel_turn_enter(&next, &second.waiters, CHANNEL_RECEIVERS, this);
	channel_waiters_wake(&first.waiters, CHANNEL_RECEIVERS);
	channel_waiters_wake(&second.waiters, CHANNEL_RECEIVERS);
	EXPECT_EQ(channel_select_wait(&select, THREAD_NO_DEADLINE), STATUS_OK);
	EXPECT_EQ(second.waiters.count, 1u);
	channel_select_release(&select);
	EXPECT_EQ(second.waiters.count, 0u);
	EXPECT_EQ(channel_turn_wait(&next, THREAD_NO_DEADLINE), STATUS_OK);
	channel_turn_release(&next);
}

TEST_F(ChannelSelect, HasRoomForSome)
{
	for (size_t i = 0; i < CHANNEL_SELECT_MAX; i++)
		channel_select_add(&select, &first, CHANNEL_SENDERS);
	EXPECT_THROW(channel_select_add(&select, &first, CHANNEL_SENDERS), std::runtime_error);
	channel_select_release(&select);
	EXPECT_EQ(first.waiters.count, 0u);
}

} // namespace
