#include "cells/app/command_bt/command_bt.h"

#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/console/console.h"
#include "cells/diagnostics/backtrace/backtrace.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/task/task/task.h"
#include "cells/task/task_backtrace/task_backtrace.h"

static void print(const struct backtrace *trace)
{
	for (size_t i = 0; i < trace->count; i++) {
		uintptr_t address = AT(trace->addresses, i);
		struct cell_symbol_view symbol;
		// A return address stands behind its call.
		if (cell_registry_symbolize(address - 1, &symbol))
			console_print("#%zu %.*s:%.*s+0x%llx\n", i, TEXT_ARGUMENTS(symbol.cell),
				TEXT_ARGUMENTS(symbol.name), (unsigned long long)symbol.offset_bytes + 1);
		else
			console_print("#%zu 0x%016llx\n", i, (unsigned long long)address);
	}
}

static enum status run(const struct command_arguments *arguments)
{
	uint64_t number;
	if (text_to_u64(command_argument(arguments, 0), &number)) {
		console_print("bt: that is no number of a task; `ps` lists them\n");
		return STATUS_BAD_ARGUMENT;
	}
	OWN(task_reference, task);
	enum status status = task_find(number, &task);
	if (status) {
		console_print("bt: there is no task %llu\n", (unsigned long long)number);
		return status;
	}
	struct backtrace trace;
	status = task_backtrace(&task, &trace);
	if (status)
		console_print("bt: task %llu %s\n", (unsigned long long)number,
			status == STATUS_BUSY ? "runs at this moment" : "has ended");
	else
		print(&trace);
	return status;
}

const struct command command_bt = {
	.name = "bt",
	.usage = "bt TASK",
	.summary = "who has called whom in a task",
	.least_arguments = 1,
	.most_arguments = 1,
	.run = run,
};
