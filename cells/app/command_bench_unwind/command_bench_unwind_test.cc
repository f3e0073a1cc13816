#include "cells/app/command_bench_unwind/command_bench_unwind.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace
{

// On the host a panic is a C++ exception, which nothing but a test catches: it shows that the fall ends in one.
TEST(CommandBenchUnwind, FallsTenFramesDeep)
{
	struct command_arguments none = {};
	try {
		(void)!command_bench_unwind.run(&none);
		FAIL() << "it did not panic";
	} catch (const std::runtime_error &error) {
		EXPECT_EQ(std::string(error.what()), "bench_unwind: 10 frames");
	}
}

} // namespace
