#include "cells/app/command_bench_loader/command_bench_loader.h"

#include "cells/app/bench_row/bench_row.h"
#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_unload/cell_unload.h"

enum { SAMPLES = 51 };

#define MODULE TEXT("bench_module")

static enum status time_load(void *context, uint64_t *ticks)
{
	struct diagnosis *why = context;
	uint64_t start = processor_timestamp();
	TRY(cell_loader_load(MODULE, why));
	*ticks = processor_timestamp() - start;
	return cell_unload(MODULE, why);
}

static enum status time_unload(void *context, uint64_t *ticks)
{
	struct diagnosis *why = context;
	TRY(cell_loader_load(MODULE, why));
	uint64_t start = processor_timestamp();
	TRY(cell_unload(MODULE, why));
	*ticks = processor_timestamp() - start;
	return STATUS_OK;
}

static enum status bench_all(struct diagnosis *why)
{
	TRY(bench_row("module_load", (struct bench_operation){time_load, why, SAMPLES, 1}));
	return bench_row("module_unload", (struct bench_operation){time_unload, why, SAMPLES, 1});
}

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	struct diagnosis why = {};
	enum status status = bench_all(&why);
	if (status)
		console_print("bench_loader: %s: %s\n", status_name(status), why.message);
	return status;
}

const struct command command_bench_loader = {
	.name = "bench_loader",
	.usage = "bench_loader",
	.summary = "measure what loading and unloading a cell costs",
	.run = run,
};
