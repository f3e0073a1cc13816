#include "cells/app/command_ps/command_ps.h"

#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/console/console.h"
#include "cells/task/task/task.h"

static void show(const struct task_view *view)
{
	const char *state = view->state == TASK_STATE_ENDED ? task_end_name(view->end) : task_state_name(view->state);
	console_print("%6llu %-9s %4zu %8u  %-20.*s %s%s%s\n", (unsigned long long)view->number, state, view->core,
		(unsigned)view->priority, TEXT_ARGUMENTS(view->cell), view->name, view->is_pinned ? " (pinned)" : "",
		view->kill_requested ? " (to be killed)" : "");
}

static enum status run(const struct command_arguments *arguments)
{
	(void)arguments;
	console_print("  task state     core priority  cell                 name\n");
	size_t count = 0;
	uint64_t number = 0;
	for (;;) {
		OWN(task_reference, task);
		if (task_next(number, &task))
			break;
		struct task_view view;
		task_look(&task, &view);
		number = view.number;
		show(&view);
		count++;
	}
	console_print("%zu tasks\n", count);
	return STATUS_OK;
}

const struct command command_ps = {
	.name = "ps",
	.usage = "ps",
	.summary = "list the tasks",
	.run = run,
};
