#include "cells/app/command_bench_boot/command_bench_boot.h"

#include "cells/app/bench_row/bench_row.h"
#include "cells/boot/boot_information/boot_information.h"
#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	uint64_t now = processor_timestamp();
	const struct boot_information *information = boot_information_get();
	if (!information || information->start_ticks == 0) {
		console_print("bench_boot: nobody knows when the system began\n");
		return STATUS_NOT_FOUND;
	}
	struct bench_samples samples = {};
	bench_row_add(&samples, now - information->start_ticks);
	bench_row_print("boot", &samples, 1);
	return STATUS_OK;
}

const struct command command_bench_boot = {
	.name = "bench_boot",
	.usage = "bench_boot",
	.summary = "tell what the start of the system cost, as the first command",
	.run = run,
};
