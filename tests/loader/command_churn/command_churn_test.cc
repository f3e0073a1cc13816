#include "tests/loader/command_churn/command_churn.h"

#include "cells/console/console/console_capture.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

class CommandChurn : public SmallSystem
{
      protected:
	ConsoleCapture console;
};

TEST_F(CommandChurn, FindsEverythingAsItWas)
{
	EXPECT_EQ(run(command_churn, {"middle", "20"}), STATUS_OK);
	EXPECT_EQ(console.Take(), "20 times, and all is as it was\n");
}

TEST_F(CommandChurn, SaysWhatDoesNotLoad)
{
	EXPECT_EQ(run(command_churn, {"broken", "1"}), STATUS_MALFORMED);
	EXPECT_EQ(console.Take(), "churn: cell broken: symbol stranger is undefined, but no import\n");
	EXPECT_EQ(run(command_churn, {"--many", "100"}), STATUS_BAD_ARGUMENT);
}

} // namespace
