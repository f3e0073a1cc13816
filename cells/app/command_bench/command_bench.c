#include "cells/app/command_bench/command_bench.h"

#include "cells/console/command_finder/command_finder.h"
#include "cells/console/console/console.h"

#define PREFIX TEXT("bench_")

// What `bench heap` calls heap, if the command of that name is a benchmark.
static bool subject_of(struct text command, struct text *subject)
{
	if (!text_starts_with(command, PREFIX))
		return false;
	*subject = text_slice(command, PREFIX.length, command.length);
	return true;
}

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) enum status call_run(const struct command *command)
{
	static const struct command_arguments none;
	return command->run(&none);
}

static enum status run_command(struct text name)
{
	struct diagnosis why = {};
	OWN(cell_reference, cell);
	const struct command *command;
	enum status status = command_finder_find(name, &cell, &command, &why);
	if (status) {
		console_print("bench: %s\n", why.message);
		return status;
	}
	return call_run(command);
}

static bool is_wanted(const struct command_arguments *arguments, struct text subject)
{
	for (size_t i = 0; i < arguments->count; i++) {
		if (text_equal(command_argument(arguments, i), subject))
			return true;
	}
	return arguments->count == 0;
}

static bool exists(struct text wanted)
{
	uint32_t cursor = 0;
	struct text name;
	struct text subject;
	while (!command_finder_next(&cursor, &name)) {
		if (subject_of(name, &subject) && text_equal(subject, wanted))
			return true;
	}
	return false;
}

static enum status run(const struct command_arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++) {
		struct text subject = command_argument(arguments, i);
		if (exists(subject))
			continue;
		console_print("bench: there is nothing to measure called %.*s\n", TEXT_ARGUMENTS(subject));
		return STATUS_NOT_FOUND;
	}
	uint32_t cursor = 0;
	struct text name;
	struct text subject;
	while (!command_finder_next(&cursor, &name)) {
		if (subject_of(name, &subject) && is_wanted(arguments, subject))
			TRY(run_command(name));
	}
	return STATUS_OK;
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	(void)before;
	(void)prefix;
	uint32_t cursor = 0;
	struct text name;
	struct text subject;
	while (!command_finder_next(&cursor, &name)) {
		if (subject_of(name, &subject))
			command_offer(offers, subject);
	}
}

const struct command command_bench = {
	.name = "bench",
	.usage = "bench [SUBJECT]...",
	.summary = "measure what the operations of the system cost",
	.details = "Prints BENCH name median p5 p95 n, in ticks of the time-stamp counter for one operation.\n",
	.most_arguments = COMMAND_ARGUMENTS_CAPACITY,
	.run = run,
	.complete = complete,
};
