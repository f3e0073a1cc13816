#include "cells/app/command_ps/command_ps.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/task/task/task.h"

namespace
{

TEST(CommandPs, ListsEachTask)
{
	static const struct frame_region usable = {{1 << 20}, 16 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {}), STATUS_OK);
	static struct task_reference first, second;
	ASSERT_EQ(task_create(&first, TEXT("reads"), nullptr), STATUS_OK);
	ASSERT_EQ(task_create(&second, TEXT("writes"), nullptr), STATUS_OK);
	task_of(&second)->thread.waiting = THREAD_BLOCKED;
	task_of(&second)->thread.is_pinned = true;
	task_of(&second)->thread.priority = 40;

	ConsoleCapture console;
	struct command_arguments none = {};
	EXPECT_EQ(command_ps.run(&none), STATUS_OK);
	std::string shown = console.Take();
	EXPECT_NE(shown.find("     1 runnable     0       16"), std::string::npos) << shown;
	EXPECT_NE(shown.find("reads\n"), std::string::npos) << shown;
	EXPECT_NE(shown.find("     2 blocked      0       40"), std::string::npos) << shown;
	EXPECT_NE(shown.find("writes (pinned)\n"), std::string::npos) << shown;
	EXPECT_NE(shown.find("2 tasks\n"), std::string::npos) << shown;
	task_reference_drop(&first);
	task_reference_drop(&second);
	EXPECT_EQ(command_ps.run(&none), STATUS_OK);
	EXPECT_NE(console.Take().find("\n0 tasks\n"), std::string::npos);
}

} // namespace
