#include "cells/app/command_clear/command_clear.h"

#include "cells/console/console/console.h"

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	console_write(TEXT("\033[H\033[2J"));
	return STATUS_OK;
}

const struct command command_clear = {
	.name = "clear",
	.usage = "clear",
	.summary = "empty the screen",
	.run = run,
};
