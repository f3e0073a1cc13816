#include "cells/task/task/task.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>

#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

constexpr uint64_t kMiB = 1024 * 1024;

unsigned arguments_released = 0;
unsigned results_released = 0;

const struct task_body kBody = {
	.run = [](void *, void *) {},
	.release_argument = [](void *slot) { arguments_released += *static_cast<unsigned *>(slot); },
	.release_result = [](void *slot) { results_released += *static_cast<unsigned *>(slot); },
	.argument_bytes = sizeof(unsigned),
	.result_bytes = sizeof(unsigned),
};

class Task : public testing::Test
{
      protected:
	void SetUp() override
	{
		static const enum status started = [] {
			static const struct frame_region usable = {{kMiB}, 16 * kMiB};
			return mapped_pages_start({&usable, 1}, {});
		}();
		ASSERT_EQ(started, STATUS_OK);
		objects_ = heap_statistics().objects;
	}
	void TearDown() override
	{
		EXPECT_EQ(task_count(), 0u);
		EXPECT_EQ(heap_statistics().objects, objects_);
	}
	uint64_t objects_ = 0;
};

TEST_F(Task, LivesAsLongAsSomebodyHasAReference)
{
	struct task_reference first = {}, second = {}, found = {};
	ASSERT_EQ(task_create(&first, TEXT("a name that is longer than thirty-one characters"), nullptr), STATUS_OK);
	struct task *task = task_of(&first);
	EXPECT_STREQ(task->name, "a name that is longer than thir");
	EXPECT_EQ(task->thread.name, task->name);
	EXPECT_EQ(task_count(), 1u);
	uint64_t number = task->number;
	task_reference_share(&first, &second);
	task_reference_drop(&first);
	EXPECT_EQ(task_count(), 1u);
	ASSERT_EQ(task_find(number, &found), STATUS_OK);
	EXPECT_EQ(task_of(&found), task);
	task_reference_drop(&second);
	task_reference_drop(&found);
	EXPECT_EQ(task_count(), 0u);
	EXPECT_EQ(task_find(number, &found), STATUS_NOT_FOUND);
	EXPECT_EQ(task_find(0, &found), STATUS_NOT_FOUND);
}

TEST_F(Task, NumbersAreNeverUsedAgain)
{
	struct task_reference a = {}, b = {}, c = {}, next = {};
	ASSERT_EQ(task_create(&a, TEXT("a"), nullptr), STATUS_OK);
	ASSERT_EQ(task_create(&b, TEXT("b"), nullptr), STATUS_OK);
	uint64_t first = task_of(&a)->number, second = task_of(&b)->number;
	EXPECT_EQ(second, first + 1);
	task_reference_drop(&b);
	ASSERT_EQ(task_create(&c, TEXT("c"), nullptr), STATUS_OK);
	EXPECT_EQ(task_of(&c)->number, second + 1);

	ASSERT_EQ(task_next(first, &next), STATUS_OK);
	EXPECT_EQ(task_of(&next), task_of(&c));
	task_reference_drop(&next);
	EXPECT_EQ(task_next(second + 1, &next), STATUS_NOT_FOUND);
	task_reference_drop(&a);
	task_reference_drop(&c);
}

TEST_F(Task, WhatNobodyHasTakenGoesWithIt)
{
	struct task_reference reference = {};
	arguments_released = results_released = 0;
	ASSERT_EQ(task_create(&reference, TEXT("a"), &kBody), STATUS_OK);
	struct task *task = task_of(&reference);
	*static_cast<unsigned *>(task_argument(task)) = 3;
	*static_cast<unsigned *>(task_result(task)) = 5;
	EXPECT_EQ(reinterpret_cast<uintptr_t>(task_argument(task)) % 16, 0u);
	EXPECT_EQ(reinterpret_cast<uintptr_t>(task_result(task)) % 16, 0u);
	task_reference_drop(&reference);
	EXPECT_EQ(arguments_released, 3u);
	EXPECT_EQ(results_released, 5u);
}

TEST_F(Task, ArgumentAndResultHaveABound)
{
	struct task_body large = kBody;
	large.result_bytes = TASK_STORAGE_BYTES_MAX;
	struct task_reference reference = {};
	EXPECT_EQ(task_create(&reference, TEXT("a"), &large), STATUS_OUT_OF_RANGE);
}

TEST_F(Task, ItsViewSaysHowItIs)
{
	struct task_reference reference = {};
	ASSERT_EQ(task_create(&reference, TEXT("looked at"), nullptr), STATUS_OK);
	struct task *task = task_of(&reference);
	struct task_view view;
	task_look(&reference, &view);
	EXPECT_EQ(view.number, task->number);
	EXPECT_STREQ(view.name, "looked at");
	EXPECT_EQ(view.state, TASK_STATE_RUNNABLE);
	EXPECT_EQ(view.end, TASK_LIVES);
	EXPECT_EQ(view.cell.length, 0u);
	EXPECT_EQ(view.priority, THREAD_PRIORITY_USUAL);
	task->thread.waiting = THREAD_BLOCKED;
	task_look(&reference, &view);
	EXPECT_EQ(view.state, TASK_STATE_BLOCKED);
	task->has_ended = true;
	task->failure.end = TASK_KILLED;
	task_look(&reference, &view);
	EXPECT_EQ(view.state, TASK_STATE_ENDED);
	EXPECT_STREQ(task_state_name(view.state), "ended");
	EXPECT_STREQ(task_end_name(view.end), "killed");
	EXPECT_STREQ(task_state_name(static_cast<enum task_state>(9)), "unknown");
	EXPECT_STREQ(task_end_name(static_cast<enum task_end>(9)), "unknown");
	task_reference_drop(&reference);
}

TEST_F(Task, TheRunningOne)
{
	thread_current()->name = nullptr;
	EXPECT_THROW(task_current(), std::runtime_error) << "the host's thread is no task";
	struct task_reference reference = {}, current = {};
	ASSERT_EQ(task_create(&reference, TEXT("runs"), nullptr), STATUS_OK);
	core_local_set_thread(&task_of(&reference)->thread);
	EXPECT_EQ(task_current(), task_of(&reference));
	task_reference_current(&current);
	EXPECT_EQ(task_of(&current), task_of(&reference));
	core_local_set_thread(nullptr);
	task_reference_drop(&current);
	task_reference_drop(&reference);
}

} // namespace
