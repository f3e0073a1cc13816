#include "cells/app/command_bench_sync/command_bench_sync.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "cells/sync/thread/thread.h"

namespace
{

TEST(CommandBenchSync, PrintsItsRowsAndLeavesNothing)
{
	thread_start_boot();
	struct frame_region usable = {address_physical(0x100000), 64 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	ConsoleCapture console;
	struct command_arguments none = {};
	ASSERT_EQ(command_bench_sync.run(&none), STATUS_OK);
	std::set<std::string> names;
	std::istringstream lines(console.Take());
	for (std::string line; std::getline(lines, line);) {
		std::istringstream words(line);
		std::string mark, name;
		ASSERT_TRUE(words >> mark >> name) << line;
		EXPECT_EQ(mark, "BENCH");
		names.insert(name);
	}
	EXPECT_EQ(names, (std::set<std::string>{"mutex_uncontended", "async_stream_send", "async_stream_receive",
				 "async_channel_send", "async_channel_receive"}));
	EXPECT_EQ(heap_statistics().objects, 0u);
	EXPECT_EQ(thread_current()->held_locks, 0u);
}

} // namespace
