#include "cells/app/command_kill/command_kill.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/thread/thread.h"
#include "cells/task/task/task.h"
#include "cells/unwind/thread_kill/thread_kill.h"

namespace
{

enum status Kill(const char *word)
{
	struct command_arguments arguments = {};
	EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
	return command_kill.run(&arguments);
}

TEST(CommandKill, SaysWhatIsNoTask)
{
	ConsoleCapture console;
	EXPECT_EQ(Kill("shell"), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(console.Take(), "kill: 'shell' is no number of a task; `ps` lists them\n");
	EXPECT_EQ(Kill("4711"), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "kill: there is no task 4711\n");
}

TEST(CommandKill, AsksForTheEndOfTasksAndLeavesTheSystemsAlone)
{
	static const struct frame_region usable = {{1 << 20}, 16 << 20};
	static const struct task_body body = {[](void *, void *) {}, nullptr, nullptr, 0, 0};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {}), STATUS_OK);
	static struct task_reference victim, idle;
	ASSERT_EQ(task_create(&victim, TEXT("victim"), &body), STATUS_OK);
	ASSERT_EQ(task_create(&idle, TEXT("idle"), nullptr), STATUS_OK);
	ConsoleCapture console;
	EXPECT_EQ(Kill(std::to_string(task_of(&victim)->number).c_str()), STATUS_OK);
	EXPECT_EQ(console.Take(), "");
	EXPECT_TRUE(thread_kill_is_requested(&task_of(&victim)->thread));
	std::string number = std::to_string(task_of(&idle)->number);
	EXPECT_EQ(Kill(number.c_str()), STATUS_REFUSED);
	EXPECT_EQ(console.Take(), "kill: task " + number + " belongs to the system\n");
	task_reference_drop(&victim);
	task_reference_drop(&idle);
}

} // namespace
