#include "cells/app/command_load/command_load.h"

#include "cells/console/console/console_capture.h"
#include "cells/loader/name_space/name_space.h"
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

TEST_F(CommandLoad, LoadsSeveralAsOneAndApart)
{
	EXPECT_EQ(run(command_load, {"middle", "broken"}), STATUS_MALFORMED);
	EXPECT_EQ(console.Take(), "load: cell broken: symbol stranger is undefined, but no import\n");
	EXPECT_EQ(run(command_load, {"middle", "far_away"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "loaded 3 cells\n");
	EXPECT_EQ(run(command_load, {"--namespace", "apart", "middle"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "loaded 2 cells\n");
	EXPECT_EQ(run(command_load, {"--namespace", "apart", "nobody"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "load: no cell nobody in the archive\n");
	EXPECT_EQ(run(command_load, {"--namespace", "", "middle"}), STATUS_BAD_ARGUMENT);
	EXPECT_EQ(name_space_close(TEXT("apart"), nullptr), STATUS_OK);
}

TEST_F(CommandLoad, CompletesFromTheArchive)
{
	EXPECT_EQ(offered(command_load, "m"), Words{"middle"});
	EXPECT_EQ(offered(command_load, "m", 1), Words{"middle"});
}

} // namespace
