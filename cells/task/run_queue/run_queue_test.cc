#include "cells/task/run_queue/run_queue.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace
{

class RunQueue : public testing::Test
{
      protected:
	std::vector<struct thread *> Ring(uint32_t list)
	{
		std::vector<struct thread *> ring;
		struct thread *first = queue_.lists[list];
		struct thread *thread = first;
		do {
			if (!thread)
				break;
			EXPECT_EQ(thread->place.next->place.previous, thread);
			ring.push_back(thread);
			thread = thread->place.next;
		} while (thread != first);
		return ring;
	}
	struct run_queue queue_ = {};
	struct thread a_ = {}, b_ = {}, c_ = {};
};

TEST_F(RunQueue, ARingKeepsTheOrder)
{
	EXPECT_EQ(run_queue_any(&queue_), nullptr);
	run_queue_append(&queue_, &a_, 3);
	run_queue_append(&queue_, &b_, 3);
	run_queue_append(&queue_, &c_, 3);
	EXPECT_EQ(Ring(3), (std::vector<struct thread *>{&a_, &b_, &c_}));
	EXPECT_EQ(queue_.length, 3u);
	EXPECT_EQ(queue_.filled, 1u << 3);
	run_queue_remove(&queue_, &a_);
	EXPECT_EQ(Ring(3), (std::vector<struct thread *>{&b_, &c_}));
	EXPECT_FALSE(run_queue_has(&a_));
	run_queue_remove(&queue_, &c_);
	run_queue_remove(&queue_, &b_);
	EXPECT_EQ(queue_.filled, 0u);
	EXPECT_EQ(queue_.length, 0u);
	EXPECT_EQ(queue_.lists[3], nullptr);
}

TEST_F(RunQueue, TheHighestRingThatIsNotEmpty)
{
	run_queue_append(&queue_, &a_, 0);
	EXPECT_EQ(run_queue_highest(&queue_), 0u);
	run_queue_append(&queue_, &b_, 63);
	run_queue_append(&queue_, &c_, 17);
	EXPECT_EQ(run_queue_highest(&queue_), 63u);
	EXPECT_EQ(run_queue_any(&queue_), &b_);
	run_queue_remove(&queue_, &b_);
	EXPECT_EQ(run_queue_highest(&queue_), 17u);
}

TEST_F(RunQueue, OneThatIsNotThereCannotBeTakenOut)
{
	EXPECT_THROW(run_queue_remove(&queue_, &a_), std::runtime_error);
	struct run_queue other = {};
	run_queue_append(&other, &a_, 0);
	EXPECT_THROW(run_queue_remove(&queue_, &a_), std::runtime_error);
	run_queue_remove(&other, &a_);
	EXPECT_THROW(run_queue_append(&queue_, &a_, RUN_QUEUE_LISTS), std::runtime_error);
}

TEST_F(RunQueue, TheRunningAndThePinnedStay)
{
	run_queue_append(&queue_, &a_, 0);
	queue_.running = &a_;
	EXPECT_EQ(run_queue_spare(&queue_), nullptr);
	run_queue_append(&queue_, &b_, 0);
	b_.is_pinned = true;
	EXPECT_EQ(run_queue_spare(&queue_), nullptr);
	run_queue_append(&queue_, &c_, 5);
	EXPECT_EQ(run_queue_spare(&queue_), &c_);
	run_queue_remove(&queue_, &c_);
	b_.is_pinned = false;
	EXPECT_EQ(run_queue_spare(&queue_), &b_);
}

TEST_F(RunQueue, TheLockExcludesOthers)
{
	constexpr unsigned kEach = 20000;
	unsigned counter = 0;
	auto work = [&] {
		for (unsigned i = 0; i < kEach; i++) {
			run_queue_lock(&queue_);
			counter++;
			run_queue_unlock(&queue_);
		}
	};
	std::thread first(work), second(work);
	first.join();
	second.join();
	EXPECT_EQ(counter, 2 * kEach);
	EXPECT_EQ(queue_.owner, nullptr);
}

TEST_F(RunQueue, TakenTwiceByOneThreadIsAPanic)
{
	run_queue_lock(&queue_);
	EXPECT_THROW(run_queue_lock(&queue_), std::runtime_error);
	run_queue_unlock(&queue_);
	GUARD_OF(run_queue, &queue_);
	EXPECT_NE(queue_.owner, nullptr);
}

} // namespace
