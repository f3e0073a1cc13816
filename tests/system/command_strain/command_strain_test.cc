#include "tests/system/command_strain/command_strain.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

// There is no archive here, so that loading a cell fails for another reason: the command must notice.
TEST(CommandStrain, SaysWhatDidNotBearIt)
{
	struct frame_region usable = {address_physical(0x100000), 32 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	ConsoleCapture console;
	struct command_arguments none = {};
	EXPECT_EQ(command_strain.run(&none), STATUS_REFUSED);
	console.Take();
	const uint64_t free_before = frame_allocator_statistics().free_frames;
	EXPECT_EQ(command_strain.run(&none), STATUS_REFUSED);
	const std::string said = console.Take();
	for (const char *name : {"map_one", "map_for_a_cell", "map_large", "map_where_no_table_is", "allocate_frames",
		     "allocate_any_frames", "allocate_pages", "allocate_large_object", "cut"})
		EXPECT_NE(said.find(std::string(name) + ": no memory\n"), std::string::npos) << name << "\n" << said;
	EXPECT_EQ(said.find("lost"), std::string::npos) << said;
	EXPECT_EQ(frame_allocator_statistics().free_frames, free_before);
}

} // namespace
