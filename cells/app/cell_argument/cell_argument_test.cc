#include "cells/app/cell_argument/cell_argument.h"

#include "cells/console/console/console_capture.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

unsigned distance(const char *a, const char *b)
{
	EXPECT_EQ(
		cell_argument_distance(text_from(a), text_from(b)), cell_argument_distance(text_from(b), text_from(a)));
	return cell_argument_distance(text_from(a), text_from(b));
}

TEST(CellArgumentDistance, CountsSteps)
{
	EXPECT_EQ(distance("", ""), 0u);
	EXPECT_EQ(distance("bytes", "bytes"), 0u);
	EXPECT_EQ(distance("", "abc"), 3u);
	EXPECT_EQ(distance("bytes", "byte"), 1u);
	EXPECT_EQ(distance("bytes", "bites"), 1u);
	EXPECT_EQ(distance("bytes", "btyes"), 1u) << "neighbours exchanged";
	EXPECT_EQ(distance("shell", "hells"), 2u);
	EXPECT_EQ(distance("abc", "xyz"), 3u);
	std::string longest(63, 'a'), too_long(64, 'a');
	EXPECT_EQ(distance(longest.c_str(), ""), 63u);
	EXPECT_EQ(distance(longest.c_str(), std::string(63, 'b').c_str()), 63u);
	EXPECT_EQ(distance(too_long.c_str(), "a"), (unsigned)CELL_ARGUMENT_FAR);
}

class CellArgument : public SmallSystem
{
      protected:
	ConsoleCapture console;
	static Words completions(void (*complete)(struct text, const struct command_offers *), const char *prefix)
	{
		Words words;
		struct command_offers offers = {take, &words};
		complete(text_from(prefix), &offers);
		return words;
	}
};

TEST_F(CellArgument, FindsALoadedCell)
{
	load("low");
	OWN(cell_reference, cell);
	EXPECT_EQ(cell_argument_find(&cell, TEXT("low")), STATUS_OK);
	EXPECT_EQ(console.Take(), "");
}

TEST_F(CellArgument, SaysHowToGetOneThatIsNotLoaded)
{
	OWN(cell_reference, cell);
	EXPECT_EQ(cell_argument_find(&cell, TEXT("middle")), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "cell middle is not loaded; `load middle` does that\n");
}

TEST_F(CellArgument, SuggestsNearNames)
{
	OWN(cell_reference, cell);
	EXPECT_EQ(cell_argument_find(&cell, TEXT("midle")), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "there is no cell midle\nnear: middle\n");
	cell_argument_suggest(TEXT("far"));
	EXPECT_EQ(console.Take(), "near: far_away\n") << "the beginning of a name";
	cell_argument_suggest(TEXT("lwo"));
	EXPECT_EQ(console.Take(), "near: low\n");
	cell_argument_suggest(TEXT("something_else"));
	EXPECT_EQ(console.Take(), "");
}

TEST_F(CellArgument, Completes)
{
	load("middle");
	EXPECT_EQ(completions(cell_argument_complete_loaded, ""), (Words{"low", "middle"}));
	EXPECT_EQ(completions(cell_argument_complete_loaded, "m"), Words{"middle"});
	EXPECT_EQ(completions(cell_argument_complete_all, ""), (Words{"broken", "far_away", "low", "middle"}));
	EXPECT_EQ(completions(cell_argument_complete_all, "x"), Words{});
}

} // namespace
