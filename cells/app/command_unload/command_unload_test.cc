#include "cells/app/command_unload/command_unload.h"

#include "cells/console/console/console_capture.h"
#include "cells/loader/name_space/name_space.h"
#include "cells/sync/cell_pointer/cell_pointer.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

class CommandUnload : public SmallSystem
{
      protected:
	ConsoleCapture console;
};

TEST_F(CommandUnload, TakesWithItWhatOnlyItNeeded)
{
	load("middle");
	EXPECT_EQ(run(command_unload, {"middle"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "unloaded middle and 1 that only it needed\n");
	load("low");
	load("middle");
	EXPECT_EQ(run(command_unload, {"middle"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "unloaded middle\n");
}

TEST_F(CommandUnload, SaysWhoUsesIt)
{
	load("middle");
	load("far_away");
	EXPECT_EQ(run(command_unload, {"low"}), STATUS_BUSY);
	std::string said = console.Take();
	EXPECT_TRUE(said == "unload: cell low is in use by middle, far_away\n" ||
		    said == "unload: cell low is in use by far_away, middle\n")
		<< said;

	uintptr_t address = 0;
	static struct cell_pointer pointer;
	ASSERT_EQ(cell_loader_symbol(TEXT("middle_value"), &address, nullptr), STATUS_OK);
	cell_pointer_set(&pointer, (const void *)address, "timer (handler)");
	EXPECT_EQ(run(command_unload, {"middle"}), STATUS_BUSY);
	EXPECT_EQ(console.Take(), "unload: cell middle is held by timer (handler)\n");
	cell_pointer_set(&pointer, nullptr, "");
}

TEST_F(CommandUnload, HelpsWhoMistypes)
{
	EXPECT_EQ(run(command_unload, {"midle"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "unload: no cell midle is loaded\nnear: middle\n");
	EXPECT_EQ(run(command_unload, {"low", "middle"}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(console.Take(), "unload: one cell at a time\n");
	EXPECT_EQ(run(command_unload, {"--namespace", "nowhere"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "unload: there is no name space nowhere\n");
}

TEST_F(CommandUnload, TakesANameSpaceApart)
{
	struct diagnosis why = {};
	ASSERT_EQ(name_space_open(TEXT("apart"), TEXT(""), nullptr, 0, &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_loader_load_in(TEXT("apart"), TEXT("middle"), &why), STATUS_OK) << why.message;
	EXPECT_EQ(run(command_unload, {"--namespace", "apart", "low"}), STATUS_BUSY);
	EXPECT_EQ(console.Take(), "unload: cell low is in use by middle\n");
	EXPECT_EQ(run(command_unload, {"--namespace", "apart", "middle"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "unloaded middle of name space apart\n");
	EXPECT_EQ(run(command_unload, {"--namespace", "apart"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "name space apart is gone\n");
}

TEST_F(CommandUnload, CompletesWhatIsLoaded)
{
	load("low");
	EXPECT_EQ(offered(command_unload, ""), Words{"low"});
}

} // namespace
