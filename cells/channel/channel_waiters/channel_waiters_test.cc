#include "cells/channel/channel_waiters/channel_waiters.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

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

class ChannelWaiters : public testing::Test
{
      protected:
	void SetUp() override
	{
		Begin();
	}
	struct channel_waiters waiters = {};
};

TEST_F(ChannelWaiters, CountsBothSides)
{
	struct channel_turn sender = {}, receiver = {};
	EXPECT_FALSE(channel_waiters_are_there(&waiters));
	channel_turn_enter(&sender, &waiters, CHANNEL_SENDERS, this);
	channel_turn_enter(&receiver, &waiters, CHANNEL_RECEIVERS, this);
	EXPECT_EQ(waiters.count, 2u);
	EXPECT_EQ(thread_current()->waits_for, this);
	channel_waiters_wake(&waiters, CHANNEL_SENDERS);
	channel_waiters_wake(&waiters, CHANNEL_SENDERS); // nobody is there
	EXPECT_EQ(waiters.count, 1u);
	EXPECT_EQ(channel_turn_wait(&sender, THREAD_NO_DEADLINE), STATUS_OK);
	channel_turn_release(&sender);
	channel_turn_release(&receiver);
	EXPECT_EQ(waiters.count, 0u);
	EXPECT_TRUE(channel_turn_is_empty(&receiver));
}

TEST_F(ChannelWaiters, TimesOut)
{
	struct channel_turn turn = {};
	channel_turn_enter(&turn, &waiters, CHANNEL_RECEIVERS, this);
	EXPECT_EQ(channel_turn_wait(&turn, 1), STATUS_TIMED_OUT);
	EXPECT_EQ(waiters.count, 0u);
	channel_turn_enter(&turn, &waiters, CHANNEL_RECEIVERS, this);
	EXPECT_EQ(waiters.count, 1u);
	channel_turn_release(&turn);
	EXPECT_EQ(waiters.count, 0u);
}

TEST_F(ChannelWaiters, PassesOnAWakeThatWasNotUsed)
{
	struct channel_turn first = {}, second = {}, third = {};
	channel_turn_enter(&first, &waiters, CHANNEL_RECEIVERS, this);
	channel_turn_enter(&second, &waiters, CHANNEL_RECEIVERS, this);
	channel_turn_enter(&third, &waiters, CHANNEL_RECEIVERS, this);
	channel_waiters_wake(&waiters, CHANNEL_RECEIVERS);
	channel_turn_release(&first); // before it has seen it
	ASSERT_EQ(waiters.count, 1u);
	EXPECT_EQ(channel_turn_wait(&second, THREAD_NO_DEADLINE), STATUS_OK);
	channel_turn_release(&second); // after
	ASSERT_EQ(waiters.count, 0u);
	EXPECT_EQ(channel_turn_wait(&third, THREAD_NO_DEADLINE), STATUS_OK);
	channel_turn_use(&third);
	channel_turn_release(&third);
}

TEST_F(ChannelWaiters, KeepsAWakeThatWasUsed)
{
	struct channel_turn first = {}, second = {};
	channel_turn_enter(&first, &waiters, CHANNEL_SENDERS, this);
	channel_turn_enter(&second, &waiters, CHANNEL_SENDERS, this);
	channel_waiters_wake(&waiters, CHANNEL_SENDERS);
	EXPECT_EQ(channel_turn_wait(&first, THREAD_NO_DEADLINE), STATUS_OK);
	channel_turn_use(&first);
	channel_turn_release(&first);
	EXPECT_EQ(waiters.count, 1u);
	channel_waiters_wake_all(&waiters);
	EXPECT_EQ(waiters.count, 0u);
	channel_turn_release(&second);
}

} // namespace
