#include "cells/app/command_echo/command_echo.h"

#include "cells/console/console/console.h"

static enum status run(const struct command_arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++) {
		if (i != 0)
			console_write(TEXT(" "));
		console_write(command_argument(arguments, i));
	}
	console_write(TEXT("\n"));
	return STATUS_OK;
}

const struct command command_echo = {
	.name = "echo",
	.usage = "echo [WORD]...",
	.summary = "print the words",
	.most_arguments = COMMAND_ARGUMENTS_CAPACITY,
	.run = run,
};
