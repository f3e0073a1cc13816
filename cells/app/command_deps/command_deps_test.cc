#include "cells/app/command_deps/command_deps.h"

#include <algorithm>
#include <cstring>
#include <string>

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

// Read by tools/depgraph: here what is in it, there how it is understood.
TEST_F(CommandDeps, WritesTheWholeGraph)
{
	load("middle");
	EXPECT_EQ(run(command_deps, {"--json"}), STATUS_OK);
	std::string text = console.Take();
	EXPECT_EQ(text.find("{\"format\": \"ariadne-depgraph\", \"version\": 1, \"view\": \"live\", \"cells\": [\n"
			    "{\"name\": \"low\", \"group\": "),
		0U)
		<< text;
	EXPECT_NE(
		text.find("\n \"imports\": [\n  {\"symbol\": \"low_value\", \"cell\": \"low\"}],\n"), std::string::npos)
		<< text;
	EXPECT_NE(text.find("\"cell\": \"low\", \"symbol\": \"low_value\", \"places\": 1}"), std::string::npos) << text;
	EXPECT_NE(text.find("\"references\": 0"), std::string::npos) << text;
	EXPECT_EQ(text.find("strays"), std::string::npos) << text;
	EXPECT_EQ(text.substr(text.size() - 3), "]}\n");
}

TEST_F(CommandDeps, ShowsRunTimePointers)
{
	load("low");
	uintptr_t value = 0;
	ASSERT_EQ(cell_loader_symbol(TEXT("low_value"), &value, nullptr), STATUS_OK);
	static struct cell_pointer slot;
	cell_pointer_set(&slot, reinterpret_cast<const void *>(value), "task 7 (entry)");
	EXPECT_EQ(run(command_deps, {"low"}), STATUS_OK);
	EXPECT_NE(console.Take().find("  task 7 (entry)         pointer low_value\n"), std::string::npos);
	EXPECT_EQ(run(command_deps, {"--json"}), STATUS_OK);
	EXPECT_NE(console.Take().find("\n \"pointers\": [\n"
				      "  {\"holder\": \"task 7 (entry)\", \"symbol\": \"low_value\"}],\n"),
		std::string::npos);
	cell_pointer_set(&slot, nullptr, "");
}

TEST_F(CommandDeps, FramesTheGraph)
{
	load("low");
	EXPECT_EQ(run(command_deps, {"--json", "mark7"}), STATUS_OK);
	std::string text = console.Take();
	EXPECT_EQ(text.find("mark7 1 "), 0U) << text;
	size_t lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
	EXPECT_NE(text.find("\nmark7 end " + std::to_string(lines - 1) + "\n"), std::string::npos) << text;
	// FNV-1a of "]}"
	EXPECT_NE(text.find("mark7 " + std::to_string(lines - 1) + " 5006f56f ]}\n"), std::string::npos) << text;
	EXPECT_EQ(run(command_deps, {"--json", "0123456789abcdefg"}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(console.Take(), "deps: a mark has at most 16 characters\n");
	EXPECT_EQ(run(command_deps, {"low", "low"}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(console.Take(), "deps: one cell at a time\n");
}

TEST_F(CommandDeps, NeedsALoadedCell)
{
	EXPECT_EQ(run(command_deps, {"lwo"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "there is no cell lwo\nnear: low\n");
	load("low");
	EXPECT_EQ(offered(command_deps, ""), (Words{"low", "--json"}));
	EXPECT_EQ(offered(command_deps, "", 1), Words{});
}

} // namespace
