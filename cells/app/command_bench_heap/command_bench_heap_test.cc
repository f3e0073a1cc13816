#include "cells/app/command_bench_heap/command_bench_heap.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

TEST(CommandBenchHeap, EveryRowHasItsNumbersAndNothingLeaks)
{
	struct frame_region usable = {address_physical(0x100000), 64 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	const uint64_t free_before = frame_allocator_statistics().free_frames;

	ConsoleCapture console;
	struct command_arguments none = {};
	ASSERT_EQ(command_bench_heap.run(&none), STATUS_OK);
	std::map<std::string, uint64_t> counts;
	std::istringstream lines(console.Take());
	for (std::string line; std::getline(lines, line);) {
		std::istringstream words(line);
		std::string mark, name;
		uint64_t median, p5, p95, count;
		ASSERT_TRUE(words >> mark >> name >> median >> p5 >> p95 >> count) << line;
		EXPECT_EQ(mark, "BENCH");
		EXPECT_TRUE(counts.emplace(name, count).second) << line;
	}
	EXPECT_EQ(counts.size(), 3u);
	for (const char *name : {"malloc_free_64", "heap_threadtest_1t", "heap_shbench_1t"})
		EXPECT_GE(counts[name], 51u) << name;

	EXPECT_EQ(heap_statistics().objects, 0u);
	heap_trim();
	EXPECT_EQ(frame_allocator_statistics().free_frames, free_before);
}

} // namespace
