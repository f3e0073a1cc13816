#include "cells/task/task_kill/task_kill.h"

#include <gtest/gtest.h>

#include "cells/hal/core_local/core_local.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/thread/thread.h"
#include "cells/unwind/thread_kill/thread_kill.h"

namespace
{

void run(void *, void *)
{
}

class TaskKill : public testing::Test
{
      protected:
	static void SetUpTestSuite()
	{
		struct frame_region memory = {{0x100000}, 64 << 20};
		ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	}
};

TEST_F(TaskKill, AskingIsNotedOnceForAll)
{
	static const struct task_body body = {run, nullptr, nullptr, 0, 0};
	struct task_reference task = {};
	ASSERT_EQ(task_create(&task, TEXT("victim"), &body), STATUS_OK);
	EXPECT_FALSE(thread_kill_is_requested(&task_of(&task)->thread));
	EXPECT_EQ(task_kill(&task), STATUS_OK);
	EXPECT_EQ(task_kill(&task), STATUS_OK);
	EXPECT_TRUE(thread_kill_is_requested(&task_of(&task)->thread));
	task_reference_drop(&task);
}

unsigned sought = 0;

TEST_F(TaskKill, WhoAsksForItsOwnLooksForItsEndAtOnce)
{
	static const struct task_body body = {run, nullptr, nullptr, 0, 0};
	static const struct thread_kill_operations operations = {
		.end_killed = [] {},
		.seek = [](struct interrupt_frame *interrupted) { sought += interrupted == nullptr; },
	};
	struct task_reference task = {};
	ASSERT_EQ(task_create(&task, TEXT("itself"), &body), STATUS_OK);
	thread_set_kill_operations(&operations, "task_kill_test");
	struct thread *before = thread_current();
	core_local_set_thread(&task_of(&task)->thread);
	EXPECT_EQ(task_kill(&task), STATUS_OK);
	core_local_set_thread(before);
	thread_set_kill_operations(nullptr, "");
	EXPECT_EQ(sought, 1u);
	task_reference_drop(&task);
}

TEST_F(TaskKill, WhatWasNotSpawnedIsNotKilled)
{
	struct task_reference task = {};
	ASSERT_EQ(task_create(&task, TEXT("idle"), nullptr), STATUS_OK);
	EXPECT_EQ(task_kill(&task), STATUS_REFUSED);
	EXPECT_FALSE(thread_kill_is_requested(&task_of(&task)->thread));
	task_reference_drop(&task);
}

} // namespace
