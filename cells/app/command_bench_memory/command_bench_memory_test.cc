#include "cells/app/command_bench_memory/command_bench_memory.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cells/console/console/console_capture.h"
#include "cells/memory/frame_allocator/frame_allocator.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

TEST(CommandBenchMemory, EveryRowHasItsNumbersAndNothingLeaks)
{
	struct frame_region usable = {address_physical(0x100000), 64 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	const uint64_t free_before = frame_allocator_statistics().free_frames;

	ConsoleCapture console;
	struct command_arguments none = {};
	ASSERT_EQ(command_bench_memory.run(&none), STATUS_OK);
	std::map<std::string, std::vector<uint64_t>> rows;
	std::istringstream lines(console.Take());
	for (std::string line; std::getline(lines, line);) {
		std::istringstream words(line);
		std::string mark, name;
		uint64_t median, p5, p95, count;
		ASSERT_TRUE(words >> mark >> name >> median >> p5 >> p95 >> count) << line;
		EXPECT_EQ(mark, "BENCH");
		EXPECT_LE(p5, median);
		EXPECT_LE(median, p95);
		EXPECT_GT(count, 0u);
		EXPECT_TRUE(rows.emplace(name, std::vector<uint64_t>{median, p5, p95, count}).second) << line;
	}
	for (const char *name : {"mem_map_populate_unmap_1p", "mem_mprotect_16p", "mem_unmap_256p", "mem_unmap_4096p",
		     "mem_map_populate_unmap_1p_among_100", "mem_map_populate_unmap_1p_among_holes_of_100",
		     "mem_mprotect_1p_among_100", "mem_unmap_1p_among_holes_of_100", "mem_map_1p_in_a_row_among_100"})
		EXPECT_EQ(rows.count(name), 1u) << name;
	EXPECT_EQ(rows.count("mem_map_populate_unmap_1p_among_100000"), 0u) << "more than half of the memory";

	heap_trim();
	EXPECT_EQ(frame_allocator_statistics().free_frames, free_before);
}

TEST(CommandBenchMemory, WithoutMemoryItFailsAndSaysSo)
{
	ConsoleCapture console;
	std::deque<struct allocated_frames> all;
	do
		all.emplace_back();
	while (frame_allocator_allocate(&all.back(), {}) == STATUS_OK);
	struct command_arguments none = {};
	EXPECT_EQ(command_bench_memory.run(&none), STATUS_NO_MEMORY);
	EXPECT_NE(console.Take().find("bench_memory: no memory"), std::string::npos);
	for (auto &frame : all)
		allocated_frames_release(&frame);
}

} // namespace
