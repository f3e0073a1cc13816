#include "cells/app/command_reboot/command_reboot.h"

#include "cells/hal/power/power.h"

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	power_reset();
}

const struct command command_reboot = {
	.name = "reboot",
	.usage = "reboot",
	.summary = "start the machine anew",
	.run = run,
};
