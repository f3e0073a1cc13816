#include "cells/app/bench_row/bench_row.h"

#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"

enum { READINGS = 101 };

uint64_t bench_row_reading_ticks(void)
{
	uint64_t least = UINT64_MAX;
	for (int i = 0; i < READINGS; i++) {
		uint64_t start = processor_timestamp();
		uint64_t ticks = processor_timestamp() - start;
		if (ticks < least)
			least = ticks;
	}
	return least;
}

void bench_row_add(struct bench_samples *samples, uint64_t ticks)
{
	size_t place = samples->count;
	AT(samples->ticks, place) = ticks;
	for (; place > 0 && AT(samples->ticks, place - 1) > ticks; place--)
		AT(samples->ticks, place) = AT(samples->ticks, place - 1);
	AT(samples->ticks, place) = ticks;
	samples->count++;
}

static unsigned long long percentile(const struct bench_samples *samples, unsigned percent, size_t operations)
{
	return (AT(samples->ticks, (samples->count - 1) * percent / 100) + operations / 2) / operations;
}

void bench_row_print(const char *name, const struct bench_samples *samples, size_t operations)
{
	console_print("BENCH %s %llu %llu %llu %zu\n", name, percentile(samples, 50, operations),
		percentile(samples, 5, operations), percentile(samples, 95, operations), samples->count);
}

enum status bench_row(const char *name, struct bench_operation operation)
{
	uint64_t reading = bench_row_reading_ticks();
	uint64_t ticks;
	TRY(operation.once(operation.context, &ticks));
	struct bench_samples samples = {};
	for (size_t i = 0; i < operation.samples; i++) {
		TRY(operation.once(operation.context, &ticks));
		bench_row_add(&samples, ticks > reading ? ticks - reading : 0);
	}
	bench_row_print(name, &samples, operation.operations);
	return STATUS_OK;
}
