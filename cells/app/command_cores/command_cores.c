#include "cells/app/command_cores/command_cores.h"

#include "cells/base/status/status.h"
#include "cells/console/console/console.h"
#include "cells/machine/clock/clock.h"
#include "cells/machine/core_timer/core_timer.h"
#include "cells/machine/cores/cores.h"
#include "cells/machine/tlb_shootdown/tlb_shootdown.h"

typedef unsigned long long number;

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	console_print("%4s %5s %-12s %12s %12s\n", "core", "APIC", "state", "interrupts", "shootdowns");
	struct core_view view;
	for (size_t index = 0; !cores_view(index, &view); index++)
		console_print("%4zu %5u %-12s %12llu %12llu\n", index, view.apic_id, cores_state_name(view.state),
			(number)view.interrupts, (number)tlb_shootdown_count(index));
	console_print("%zu of %zu cores run; time stamps count at %llu kHz, alarms at %llu kHz\n", cores_count(),
		cores_limit(), (number)clock_hertz() / 1000, (number)core_timer_hertz() / 1000);
	return STATUS_OK;
}

const struct command command_cores = {
	.name = "cores",
	.usage = "cores",
	.summary = "show the machine's cores",
	.details = "  interrupts   that the core has had; shootdowns: how often it was told to forget a mapping\n",
	.run = run,
};
