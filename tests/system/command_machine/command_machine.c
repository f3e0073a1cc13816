#include "tests/system/command_machine/command_machine.h"

#include "cells/base/text/text.h"
#include "cells/console/console/console.h"
#include "tests/system/command_machine/command_machine_internal.h"

static const struct way {
	const char *name;
	enum status (*run)(void);
} ways[] = {
	{"cores", try_cores},
	{"shootdown", try_shootdown},
	{"vectors", try_vectors},
	{"exceptions", try_exceptions},
};

static __attribute__((noinline)) enum status run_way(size_t index)
{
	return AT(ways, index).run();
}

static enum status run(const struct command_arguments *arguments)
{
	struct text wanted = command_argument(arguments, 0);
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		if (!text_equal(text_from(AT(ways, i).name), wanted))
			continue;
		start_cores();
		enum status status = run_way(i);
		console_print("machine: %s: %s\n", AT(ways, i).name, status_name(status));
		return status;
	}
	console_print("machine: there is nothing called '%.*s'\n", TEXT_ARGUMENTS(wanted));
	return STATUS_NOT_FOUND;
}

const struct command command_machine = {
	.name = "machine",
	.usage = "machine cores|shootdown|vectors|exceptions",
	.summary = "try what the machine does",
	.least_arguments = 1,
	.most_arguments = 1,
	.run = run,
};
