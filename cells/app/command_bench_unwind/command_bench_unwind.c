#include "cells/app/command_bench_unwind/command_bench_unwind.h"

#include "cells/app/bench_row/bench_row.h"
#include "cells/base/panic/panic.h"
#include "cells/console/console/console.h"
#include "cells/hal/processor/processor.h"
#include "cells/unwind/landing/landing.h"

enum { FRAMES = 10, SAMPLES = 51 };

// A handle that counts how often it was dropped.
struct tally;
INTERNAL void tally_release(struct tally *p);
HANDLE(tally)
{
	unsigned *count; // null: empty
};
HANDLE_FUNCTIONS(tally)

void tally_release(struct tally *p)
{
	if (p->count)
		(*p->count)++;
	p->count = NULL;
}

struct fall {
	uint64_t start;
	unsigned dropped;
};

static __attribute__((noinline)) void fall(struct fall *from, unsigned frames)
{
	RECURSES();
	OWN(tally, tally);
	tally_fill(&tally, (struct tally){&from->dropped});
	if (frames > 1)
		fall(from, frames - 1);
	from->start = processor_timestamp();
	panic("bench_unwind: %u frames", (unsigned)FRAMES);
}

static void begin_fall(void *context)
{
	struct fall *from = context;
	fall(from, FRAMES);
}

static enum status time_panic(void *context, uint64_t *ticks)
{
	(void)context;
	struct fall from = {};
	struct landing_crash crash;
	enum status status = landing_catch(begin_fall, &from, LANDING_SILENT, &crash);
	*ticks = processor_timestamp() - from.start;
	return status == STATUS_CRASHED && crash.is_complete && from.dropped == FRAMES ? STATUS_OK : STATUS_MALFORMED;
}

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	enum status status =
		bench_row("panic_unwind_10_frames", (struct bench_operation){time_panic, NULL, SAMPLES, 1});
	if (status)
		console_print("bench_unwind: not every clean-up has run\n");
	return status;
}

const struct command command_bench_unwind = {
	.name = "bench_unwind",
	.usage = "bench_unwind",
	.summary = "measure what it costs to survive a crash",
	.run = run,
};
