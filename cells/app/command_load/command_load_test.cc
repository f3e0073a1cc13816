#include "cells/app/command_load/command_load.h"

#include "cells/console/console/console_capture.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

class CommandLoad : public SmallSystem
{
      protected:
	ConsoleCapture console;
};

TEST_F(CommandLoad, LoadsWithWhatIsNeeded)
{
	EXPECT_EQ(run(command_load, {"middle"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "loaded middle and 1 that it needs\n");
	EXPECT_EQ(run(command_load, {"far_away"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "loaded far_away\n");
	EXPECT_EQ(run(command_load, {"low"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "cell low is loaded already\n");
}

TEST_F(CommandLoad, SaysWhyNot)
{
	EXPECT_EQ(run(command_load, {"broken"}), STATUS_MALFORMED);
	EXPECT_EQ(console.Take(), "load: cell broken: symbol stranger is undefined, but no import\n");
	EXPECT_EQ(run(command_load, {"midle"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "load: no cell midle in the archive\nnear: middle\n");
}

TEST_F(CommandLoad, CompletesFromTheArchive)
{
	EXPECT_EQ(offered(command_load, "m"), Words{"middle"});
	EXPECT_EQ(offered(command_load, "m", 1), Words{});
}

} // namespace
