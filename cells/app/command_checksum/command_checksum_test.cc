#include "cells/app/command_checksum/command_checksum.h"

#include "cells/base/checksum/checksum.h"
#include "cells/console/console/console_capture.h"
#include "cells/loader/cell_store/cell_store.h"
#include "tests/loader/small_system.h"

namespace
{

using namespace ariadne_test;

class CommandChecksum : public SmallSystem
{
      protected:
	static std::string line(const char *cell)
	{
		struct bytes object = {};
		EXPECT_EQ(cell_store_object(text_from(cell), &object), STATUS_OK);
		char text[64];
		snprintf(text, sizeof text, "%016llx  %s.o\n", (unsigned long long)checksum_of(object), cell);
		return text;
	}
	ConsoleCapture console;
};

TEST_F(CommandChecksum, OfTheObjectThatTheLoaderReads)
{
	Bytes built = low_cell().finish().object;
	struct bytes object = {};
	ASSERT_EQ(cell_store_object(TEXT("low"), &object), STATUS_OK);
	EXPECT_TRUE(bytes_equal(object, view(built)));
}

TEST_F(CommandChecksum, OfTheCellsNamedInThatOrder)
{
	EXPECT_EQ(run(command_checksum, {"middle", "low"}), STATUS_OK);
	EXPECT_EQ(console.Take(), line("middle") + line("low"));
}

TEST_F(CommandChecksum, OfAllCellsWithoutArguments)
{
	EXPECT_EQ(run(command_checksum, {}), STATUS_OK);
	EXPECT_EQ(console.Take(), line("broken") + line("far_away") + line("low") + line("middle"));
}

TEST_F(CommandChecksum, ACellThatTheArchiveDoesNotHave)
{
	struct bytes object = {};
	EXPECT_EQ(cell_store_object(TEXT("middel"), &object), STATUS_NOT_FOUND);
	EXPECT_EQ(run(command_checksum, {"low", "middel"}), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), line("low") + "there is no cell middel\nnear: middle\n");
}

TEST_F(CommandChecksum, OffersEveryCell)
{
	EXPECT_EQ(offered(command_checksum, "", 1), (Words{"broken", "far_away", "low", "middle"}));
}

} // namespace
