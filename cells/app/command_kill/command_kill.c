#include "cells/app/command_kill/command_kill.h"

#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/console/console/console.h"
#include "cells/task/task/task.h"
#include "cells/task/task_kill/task_kill.h"

static enum status kill_one(struct text word)
{
	uint64_t number;
	if (text_to_u64(word, &number)) {
		console_print("kill: '%.*s' is no number of a task; `ps` lists them\n", TEXT_ARGUMENTS(word));
		return STATUS_BAD_ARGUMENT;
	}
	OWN(task_reference, task);
	enum status status = task_find(number, &task);
	if (status) {
		console_print("kill: there is no task %llu\n", (unsigned long long)number);
		return status;
	}
	status = task_kill(&task);
	if (status)
		console_print("kill: task %llu belongs to the system\n", (unsigned long long)number);
	return status;
}

static enum status run(const struct command_arguments *arguments)
{
	enum status result = STATUS_OK;
	for (size_t i = 0; i < arguments->count; i++) {
		enum status status = kill_one(command_argument(arguments, i));
		if (status)
			result = status;
	}
	return result;
}

const struct command command_kill = {
	.name = "kill",
	.usage = "kill TASK...",
	.summary = "end tasks, by their numbers",
	.least_arguments = 1,
	.most_arguments = COMMAND_ARGUMENTS_CAPACITY,
	.run = run,
};
