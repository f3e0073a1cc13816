#include "cells/app/command_bench_loader/command_bench_loader.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "cells/console/console/console_capture.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/memory/mapped_pages/mapped_pages.h"
#include "tests/loader/cell_maker.h"
#include "tests/loader/traces.h"

namespace
{

using namespace ariadne_test;

TEST(CommandBenchLoader, EveryRowHasItsNumbersAndNothingLeaks)
{
	struct frame_region memory = {{0x100000}, 64 << 20};
	struct diagnosis why = {};
	ASSERT_EQ(mapped_pages_start({&memory, 1}, {}), STATUS_OK);
	Bytes file = archive({low_cell().finish(), user_of_low("bench_module").finish()});
	ASSERT_EQ(cell_loader_start(view(file), &why), STATUS_OK) << why.message;
	ASSERT_EQ(cell_loader_load(TEXT("low"), &why), STATUS_OK) << why.message;
	const Traces before = traces();

	ConsoleCapture console;
	struct command_arguments none = {};
	ASSERT_EQ(command_bench_loader.run(&none), STATUS_OK) << console.Take();
	std::istringstream lines(console.Take());
	for (const char *expected : {"module_load", "module_unload"}) {
		std::string mark, name;
		uint64_t median, p5, p95, count;
		ASSERT_TRUE(lines >> mark >> name >> median >> p5 >> p95 >> count);
		EXPECT_EQ(mark, "BENCH");
		EXPECT_EQ(name, expected);
		EXPECT_GT(count, 0u);
	}
	EXPECT_EQ(traces(), before);

	// In use, it cannot be unloaded, which the command says.
	OWN(cell_reference, user);
	ASSERT_EQ(cell_loader_load(TEXT("bench_module"), &why), STATUS_OK);
	ASSERT_EQ(cell_registry_find(&user, TEXT("bench_module")), STATUS_OK);
	EXPECT_EQ(command_bench_loader.run(&none), STATUS_BUSY);
	EXPECT_NE(console.Take().find("bench_loader: busy: "), std::string::npos);
}

} // namespace
