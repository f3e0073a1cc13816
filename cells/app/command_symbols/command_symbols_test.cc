#include "cells/app/command_symbols/command_symbols.h"

#include "cells/console/console/console_capture.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

class CommandSymbols : public SmallSystem
{
      protected:
	ConsoleCapture console;
};

TEST_F(CommandSymbols, ListsByAddress)
{
	load("low");
	EXPECT_EQ(run(command_symbols, {"low"}), STATUS_OK);
	std::string text = console.Take();
	size_t value = text.find(" 6 function  all       low_value\n");
	size_t count = text.find(" 15 function  all       low_count\n");
	EXPECT_NE(value, std::string::npos) << text;
	EXPECT_NE(count, std::string::npos) << text;
	EXPECT_NE(text.find(" 4 object    all       low_name\n"), std::string::npos) << text;
	EXPECT_NE(text.find(" 8 object    its cell  low_counter\n"), std::string::npos) << text;
	EXPECT_LT(value, count);

	// Every line begins with an address, and they ascend.
	std::string last;
	size_t lines = 0;
	for (size_t at = text.find("\n0x"); at != std::string::npos; at = text.find("\n0x", at + 1)) {
		std::string address = text.substr(at + 1, 18);
		EXPECT_LE(last, address);
		last = address;
		lines++;
	}
	EXPECT_EQ(lines, 5u);
}

TEST_F(CommandSymbols, NeedsALoadedCell)
{
	EXPECT_EQ(run(command_symbols, {"low"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "cell low is not loaded; `load low` does that\n");
	EXPECT_EQ(offered(command_symbols, ""), Words{});
}

} // namespace
