#include "cells/app/command_deps/command_deps.h"

#include <cstring>

#include "cells/console/console/console_capture.h"
#include "cells/memory/page_table/page_table.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

class CommandDeps : public SmallSystem
{
      protected:
	ConsoleCapture console;
};

TEST_F(CommandDeps, ShowsBothDirections)
{
	load("middle");
	load("far_away");
	EXPECT_EQ(run(command_deps, {"low"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "low 0.1.0, checked, needs\n"
				  "  nothing\n"
				  "and is needed by\n"
				  "  far_away               link \n"
				  "      low_value(1)\n"
				  "  middle                 link \n"
				  "      low_value(1)\n");
	EXPECT_EQ(run(command_deps, {"middle"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "middle 0.1.0, checked, needs\n"
				  "  low                    link \n"
				  "      low_value(1)\n"
				  "and is needed by\n"
				  "  nobody\n");
}

// The live graph is what the bytes say: here, text that is made writable and bound elsewhere behind the registry's
// back.
TEST_F(CommandDeps, SeesWhatIsReallyBound)
{
	load("middle");
	uintptr_t value = 0;
	ASSERT_EQ(cell_loader_symbol(TEXT("middle_value"), &value, nullptr), STATUS_OK);
	struct virtual_address page = address_virtual(value & ~0xFFFUL);
	page_table_protect(page, 1, PAGE_READ_WRITE);
	unsigned char *call = (unsigned char *)value + 1;
	int old;
	memcpy(&old, call, sizeof old);
	memset(call, 0, sizeof old); // to the instruction after it, in its own cell
	page_table_protect(page, 1, PAGE_READ_EXECUTE);
	EXPECT_EQ(run(command_deps, {"middle"}), STATUS_OK);
	std::string text = console.Take();
	EXPECT_NE(text.find("      the metadata says there is a link\n"), std::string::npos) << text;
	EXPECT_EQ(text.find("low_value"), std::string::npos) << text;
	EXPECT_NE(text.find("bound to middle, which is not what was recorded"), std::string::npos) << text;

	page_table_protect(page, 1, PAGE_READ_WRITE);
	memcpy(call, &old, sizeof old);
	page_table_protect(page, 1, PAGE_READ_EXECUTE);
}

TEST_F(CommandDeps, NeedsALoadedCell)
{
	EXPECT_EQ(run(command_deps, {"lwo"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "there is no cell lwo\nnear: low\n");
	load("low");
	EXPECT_EQ(offered(command_deps, ""), Words{"low"});
	EXPECT_EQ(offered(command_deps, "", 1), Words{});
}

} // namespace
