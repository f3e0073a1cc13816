#include "cells/app/command_poweroff/command_poweroff.h"

#include "cells/boot/kernel_command_line/kernel_command_line.h"
#include "cells/hal/debug_exit/debug_exit.h"
#include "cells/hal/power/power.h"

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	struct text script;
	// Whoever waits for a script waits for its status, which switching off cannot give.
	if (!kernel_command_line_exec_script(&script))
		debug_exit(DEBUG_EXIT_OK);
	power_off();
}

const struct command command_poweroff = {
	.name = "poweroff",
	.usage = "poweroff",
	.summary = "switch the machine off",
	.details = "In a script it ends the script at once, with success.\n",
	.run = run,
};
