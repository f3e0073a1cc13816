#include "tests/system/command_misfit/command_misfit.h"

static enum status run(const struct command_arguments *arguments)
{
	return arguments->count == 0 ? STATUS_OK : STATUS_BAD_ARGUMENT;
}

const struct misfit command_misfit = {
	.name = "misfit",
	.aliases = "mf",
	.usage = "misfit",
	.summary = "must never run",
	.run = run,
};
