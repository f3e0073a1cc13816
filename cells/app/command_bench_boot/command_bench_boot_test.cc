#include "cells/app/command_bench_boot/command_bench_boot.h"

#include <gtest/gtest.h>

#include "cells/boot/boot_information/boot_information.h"
#include "cells/console/console/console_capture.h"
#include "cells/hal/processor/processor.h"

namespace
{

TEST(CommandBenchBoot, CountsFromTheFirstInstruction)
{
	ConsoleCapture console;
	struct command_arguments none = {};
	EXPECT_EQ(command_bench_boot.run(&none), STATUS_NOT_FOUND);
	EXPECT_EQ(console.Take(), "bench_boot: nobody knows when the system began\n");

	static struct boot_information information;
	information.start_ticks = 1000;
	boot_information_set(&information);
	processor_host()->timestamp = 5000;
	EXPECT_EQ(command_bench_boot.run(&none), STATUS_OK);
	EXPECT_EQ(console.Take(), "BENCH boot 4000 4000 4000 1\n");
}

} // namespace
