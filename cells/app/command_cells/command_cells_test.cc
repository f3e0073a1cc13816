#include "cells/app/command_cells/command_cells.h"

#include <sstream>
#include <vector>

#include "cells/console/console/console_capture.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

class CommandCells : public SmallSystem
{
      protected:
	ConsoleCapture console;
	std::vector<std::vector<std::string>> table(std::initializer_list<const char *> words)
	{
		EXPECT_EQ(run(command_cells, words), STATUS_OK);
		std::istringstream text(console.Take());
		std::vector<std::vector<std::string>> rows;
		for (std::string line; std::getline(text, line);) {
			std::istringstream cells(line);
			rows.emplace_back();
			for (std::string word; cells >> word;)
				rows.back().push_back(word);
		}
		return rows;
	}
};

TEST_F(CommandCells, ListsLoadedCellsByName)
{
	load("middle");
	auto rows = table({});
	ASSERT_EQ(rows.size(), 4u);
	EXPECT_EQ(rows[0][0], "cell");
	ASSERT_EQ(rows[1].size(), 9u);
	EXPECT_EQ(rows[1][0], "low");
	EXPECT_EQ(rows[1][1], "checked");
	EXPECT_EQ(rows[1][2], "0.1.0");
	EXPECT_EQ(rows[1][3], "6") << "sections";
	EXPECT_EQ(rows[1][4].substr(0, 2), "0x");
	EXPECT_EQ(rows[1][5], "37") << "16 + 6 + 15 bytes of text";
	EXPECT_EQ(rows[1][6], "4");
	EXPECT_EQ(rows[1][8], "108");
	EXPECT_EQ(rows[2][0], "middle");
	EXPECT_EQ(rows[3][0], "2");
}

TEST_F(CommandCells, ListsTheSectionsOfOne)
{
	load("middle");
	auto rows = table({"low"});
	ASSERT_EQ(rows.size(), 8u);
	EXPECT_EQ(rows[3].back(), ".text.low_value");
	EXPECT_EQ(rows[3][2], "r-x");
	EXPECT_EQ(rows[3][5], "1") << "middle needs it";
	EXPECT_EQ(rows[4].back(), ".text.low_count");
	EXPECT_EQ(rows[4][3], "1") << "it needs the state";
	EXPECT_EQ(rows[4][4], "2") << "at two places";
	EXPECT_EQ(rows[7].back(), ".bss.cell_state");
	EXPECT_EQ(rows[7][2], "rw-");
}

TEST_F(CommandCells, ShowsWhatTheRegistryTakes)
{
	load("low");
	auto rows = table({"--memory"});
	ASSERT_EQ(rows.size(), 4u);
	EXPECT_EQ(rows[1][0], "low");
	EXPECT_EQ(rows[1][3], "2");
	EXPECT_EQ(rows[1][4], "149");
	EXPECT_EQ(rows[1].back(), std::to_string(3 * 4096 - 149)) << "text, constants and state on a page each";
	EXPECT_EQ(rows[2][0], "all");
	EXPECT_EQ(rows[2][5], rows[1][5]);
}

TEST_F(CommandCells, KnowsNoOther)
{
	EXPECT_EQ(run(command_cells, {"lowe"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "there is no cell lowe\nnear: low\n");
}

TEST_F(CommandCells, Completes)
{
	load("low");
	EXPECT_EQ(offered(command_cells, ""), (Words{"--memory", "low"}));
	EXPECT_EQ(offered(command_cells, "", 1), Words{});
}

} // namespace
