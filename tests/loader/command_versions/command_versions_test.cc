#include "tests/loader/command_versions/command_versions.h"

#include "cells/console/console/console_capture.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

class CommandVersions : public SmallSystem
{
};

TEST_F(CommandVersions, RefusesWhatIsNoSizeAndSaysWhatIsMissing)
{
	ConsoleCapture console;
	EXPECT_NE(run(command_versions, {"much"}), STATUS_OK);
	EXPECT_EQ(run(command_versions, {"4096"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "versions: not found: no cell in the archive exports version_reader_number\n");
}

} // namespace
