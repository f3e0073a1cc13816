// Measures an operation again and again, and prints a row.
//
// A row is `BENCH name median p5 p95 n`, in ticks of the time-stamp counter for one operation, without the cost of
// reading the counter. Under `tools/run --icount` a tick is one instruction, and the numbers repeat. The names are
// those that tests/bench/linux prints where the operation is the same.
//
//     static enum status time_lookup(void *context, uint64_t *ticks)
//     {
//             uint64_t start = processor_timestamp();
//             ...
//             *ticks = processor_timestamp() - start;
//             return STATUS_OK;
//     }
//     TRY(bench_row("lookup", (struct bench_operation){time_lookup, &table, 101, 1}));
//
// Context: runs in the shell; what the operation needs.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"

enum { BENCH_ROW_SAMPLES_MAX = 301 };

struct bench_samples {
	size_t count;
	uint64_t ticks[BENCH_ROW_SAMPLES_MAX]; // sorted
};

// What is measured, how often, and how many operations each measured time holds.
struct bench_operation {
	enum status (*once)(void *context, uint64_t *ticks);
	void *context;
	size_t samples;
	size_t operations;
};

#ifdef __cplusplus
extern "C" {
#endif

// What two readings of the counter cost, of which one lies within a measured time.
uint64_t bench_row_reading_ticks(void);

// Adds a measured time, in ticks. Panics if there are BENCH_ROW_SAMPLES_MAX already.
void bench_row_add(struct bench_samples *samples, uint64_t ticks);

// Prints the row, each time divided by `operations`.
void bench_row_print(const char *name, const struct bench_samples *samples, size_t operations);

// Measures and prints. The first run is not measured: it is not the usual one. Any status of the operation.
MUST_USE enum status bench_row(const char *name, struct bench_operation operation);

#ifdef __cplusplus
}
#endif
