#include "cells/app/command_help/command_help.h"

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/console/command_finder/command_finder.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_registry/cell_registry.h"

enum { USAGE_WIDTH = 26 };

static void print_one(const struct command *command)
{
	console_print("  %-*s %s\n", USAGE_WIDTH, command->usage, command->summary);
}

// Prints the line of a command. A command whose cell cannot be loaded is named with the cause.
static enum status print_line_of(struct text name)
{
	struct diagnosis why = {};
	const struct command *command = NULL;
	OWN(cell_reference, cell);
	enum status status = command_finder_find(name, &cell, &command, &why);
	if (status) {
		console_print("  %-*.*s %s\n", USAGE_WIDTH, TEXT_ARGUMENTS(name), why.message);
		return status;
	}
	print_one(command);
	return STATUS_OK;
}

static enum status print_all(void)
{
	enum status result = STATUS_OK;
	uint32_t cursor = 0;
	struct text name;
	while (!command_finder_next(&cursor, &name)) {
		enum status status = print_line_of(name);
		if (status)
			result = status;
	}
	console_write(TEXT("`help NAME` says more. Tab completes; `;` separates commands.\n"));
	return result;
}

static enum status print_details(struct text name)
{
	struct diagnosis why = {};
	const struct command *command = NULL;
	OWN(cell_reference, cell);
	enum status status = command_finder_find(name, &cell, &command, &why);
	if (status) {
		console_print("help: %s\n", why.message);
		return status;
	}
	console_print("usage: %s\n%s\n", command->usage, command->summary);
	if (command->details)
		console_write(text_from(command->details));
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	return arguments->count == 0 ? print_all() : print_details(command_argument(arguments, 0));
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	(void)prefix;
	uint32_t cursor = 0;
	struct text name;
	while (before->count == 0 && !command_finder_next(&cursor, &name))
		command_offer(offers, name);
}

const struct command command_help = {
	.name = "help",
	.usage = "help [NAME]",
	.summary = "list the commands, or explain one",
	.most_arguments = 1,
	.run = run,
	.complete = complete,
};
