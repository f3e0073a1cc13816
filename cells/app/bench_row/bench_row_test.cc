#include "cells/app/bench_row/bench_row.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cells/console/console/console_capture.h"
#include "cells/hal/processor/processor.h"

namespace
{

TEST(BenchRow, ARowHasMedianAndPercentiles)
{
	ConsoleCapture console;
	struct bench_samples samples = {};
	for (uint64_t ticks = 101; ticks-- > 0;)
		bench_row_add(&samples, ticks * 10);
	bench_row_print("some_name", &samples, 1);
	EXPECT_EQ(console.Take(), "BENCH some_name 500 50 950 101\n");
	bench_row_print("each", &samples, 100);
	EXPECT_EQ(console.Take(), "BENCH each 5 1 10 101\n");
}

TEST(BenchRow, OneSampleTooManyPanics)
{
	struct bench_samples samples = {};
	for (size_t i = 0; i < BENCH_ROW_SAMPLES_MAX; i++)
		bench_row_add(&samples, i);
	EXPECT_THROW(bench_row_add(&samples, 1), std::runtime_error);
}

// The double's counter grows by one with each reading.
TEST(BenchRow, TheFirstRunAndTheReadingDoNotCount)
{
	ConsoleCapture console;
	int calls = 0;
	auto once = [](void *context, uint64_t *ticks) {
		int *count = static_cast<int *>(context);
		*ticks = *count == 0 ? 1000000 : 1 + 7;
		++*count;
		return STATUS_OK;
	};
	ASSERT_EQ(bench_row("row", {once, &calls, 9, 1}), STATUS_OK);
	EXPECT_EQ(calls, 10);
	EXPECT_EQ(bench_row_reading_ticks(), 1u);
	EXPECT_EQ(console.Take(), "BENCH row 7 7 7 9\n");
}

TEST(BenchRow, AFailureEndsIt)
{
	ConsoleCapture console;
	auto once = [](void *, uint64_t *) { return STATUS_NO_MEMORY; };
	EXPECT_EQ(bench_row("row", {once, nullptr, 9, 1}), STATUS_NO_MEMORY);
	EXPECT_EQ(console.Take(), "");
}

} // namespace
