#include "cells/machine/clock/clock.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cells/hal/processor/processor.h"

namespace
{

TEST(Clock, IsNoughtUntilItStarts)
{
	EXPECT_EQ(clock_hertz(), 0u);
	EXPECT_EQ(clock_nanoseconds(), 0u);
	EXPECT_THROW(clock_start(0, 0), std::runtime_error);
}

TEST(Clock, CountsNanosecondsFromItsBeginning)
{
	clock_start(1000000000, 500);
	EXPECT_EQ(clock_hertz(), 1000000000u);
	EXPECT_EQ(clock_nanoseconds_at(500), 0u);
	EXPECT_EQ(clock_nanoseconds_at(1500), 1000u);
	EXPECT_EQ(clock_nanoseconds_at(499), 0u) << "before the beginning";
	processor_host()->timestamp = 2000500;
	EXPECT_EQ(clock_nanoseconds(), 2000000u);
}

TEST(Clock, IsRightForAYearAtEverySpeed)
{
	for (uint64_t hertz : {1193182ull, 24000000ull, 999999999ull, 2100000000ull, 5000000000ull}) {
		clock_start(hertz, 0);
		uint64_t seconds = 365 * 86400;
		double wrong = double(clock_nanoseconds_at(hertz * seconds)) - 1e9 * double(seconds);
		EXPECT_LT(wrong < 0 ? -wrong : wrong, 1e9 * double(seconds) * 2e-9) << hertz;
	}
}

TEST(Clock, NeverGoesBackEvenWhereCoresDisagree)
{
	clock_start(1000000000, 0);
	EXPECT_TRUE(clock_compare(10, 10, 10));
	EXPECT_TRUE(clock_compare(10, 15, 20));
	processor_host()->timestamp = 5000;
	EXPECT_EQ(clock_nanoseconds(), 5000u);
	processor_host()->timestamp = 4000;
	EXPECT_EQ(clock_nanoseconds(), 4000u) << "nothing is kept while the cores agree";
	EXPECT_FALSE(clock_compare(10, 25, 20));
	EXPECT_FALSE(clock_compare(10, 9, 20));
	processor_host()->timestamp = 9000;
	EXPECT_EQ(clock_nanoseconds(), 9000u);
	processor_host()->timestamp = 8000; // the other core's
	EXPECT_EQ(clock_nanoseconds(), 9000u);
	processor_host()->timestamp = 9001;
	EXPECT_EQ(clock_nanoseconds(), 9001u);
}

} // namespace
