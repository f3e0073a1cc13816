#include "cells/app/command_memory/command_memory.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/memory/heap/heap.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

// Memory begins once in this program.
void Start()
{
	static const struct frame_region usable = {address_physical(0x100000), 64 << 20};
	static const enum status status = mapped_pages_start({&usable, 1}, {nullptr, 0});
	ASSERT_EQ(status, STATUS_OK);
}

// The numbers of each line, by its first word(s).
std::map<std::string, std::vector<uint64_t>> Numbers()
{
	ConsoleCapture console;
	struct command_arguments none = {};
	EXPECT_EQ(command_memory.run(&none), STATUS_OK);
	std::map<std::string, std::vector<uint64_t>> numbers;
	std::istringstream lines(console.Take());
	for (std::string line; std::getline(lines, line);) {
		std::string name = line.substr(0, 16);
		name.erase(name.find_last_not_of(' ') + 1);
		std::istringstream words(line.substr(16));
		for (std::string word; words >> word;) {
			if (word.find_first_not_of("0123456789") == std::string::npos)
				numbers[name].push_back(std::stoull(word));
		}
	}
	return numbers;
}

TEST(CommandMemory, TheNumbersFollowWhatIsAllocated)
{
	Start();
	auto before = Numbers();
	EXPECT_EQ(before["physical"][0], 65536u);

	struct mapped_pages_mut pages = {};
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 10 * PAGE_SIZE_BYTES, PAGE_REGION_CELLS), STATUS_OK);
	struct heap_object object = {};
	ASSERT_EQ(heap_allocate(&object, 5000), STATUS_OK);
	auto during = Numbers();
	EXPECT_GE(before["physical"][1] - during["physical"][1], 48u);
	EXPECT_EQ(before["virtual, cells"][1] - during["virtual, cells"][1], 40u);
	EXPECT_GE(during["mapped"][1] - before["mapped"][1], 12u);
	EXPECT_EQ(during["heap"][0] - before["heap"][0], 2 * PAGE_SIZE_BYTES) << "whole pages";
	EXPECT_EQ(during["heap"][1] - before["heap"][1], 1u);

	heap_object_drop(&object);
	mapped_pages_mut_drop(&pages);
	heap_trim();
	auto after = Numbers();
	EXPECT_EQ(after["heap"][0], before["heap"][0]);
	EXPECT_EQ(after["virtual, cells"][1], before["virtual, cells"][1]);
	EXPECT_EQ(after["cells"], before["cells"]);
}

struct command_arguments Words(const char *word)
{
	struct command_arguments arguments = {};
	EXPECT_EQ(command_arguments_add(&arguments, text_from(word)), STATUS_OK);
	return arguments;
}

// Host memory that nobody has is on the map as that, and makes the command fail.
TEST(CommandMemory, TheMapNamesWhatNobodyOwns)
{
	Start();
	ConsoleCapture console;
	struct command_arguments map = Words("--map");
	EXPECT_EQ(command_memory.run(&map), STATUS_OK);
	std::string before = console.Take();
	EXPECT_NE(before.find("rw- bookkeeping "), std::string::npos) << before;
	EXPECT_NE(before.find("sum unknown               0 KiB"), std::string::npos) << before;

	struct mapped_pages_mut pages = {};
	ASSERT_EQ(mapped_pages_mut_allocate(&pages, 3 * PAGE_SIZE_BYTES, PAGE_REGION_GENERAL), STATUS_OK);
	EXPECT_EQ(command_memory.run(&map), STATUS_NOT_FOUND);
	std::string during = console.Take();
	EXPECT_NE(during.find("      12 rw- unknown "), std::string::npos) << during;
	EXPECT_NE(during.find("sum unknown              12 KiB"), std::string::npos) << during;
	mapped_pages_mut_drop(&pages);
}

TEST(CommandMemory, KnowsOneOption)
{
	ConsoleCapture console;
	struct command_arguments other = Words("--mop");
	EXPECT_EQ(command_memory.run(&other), STATUS_BAD_ARGUMENT);
	EXPECT_NE(console.Take().find("--mop: there is only --map"), std::string::npos);
}

} // namespace
