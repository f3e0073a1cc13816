#include "cells/app/command_log/command_log.h"

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/console/console/console.h"
#include "cells/diagnostics/log/log.h"

static const char *const level_names[] = {"error", "warning", "info", "debug"};

static void print_line(void *context, struct text line)
{
	(void)context;
	console_write(line);
}

static enum status set_level(struct text name)
{
	enum log_level level;
	enum status status = log_level_from(name, &level);
	if (status) {
		console_print("log: there is no level %.*s: error, warning, info, debug\n", TEXT_ARGUMENTS(name));
		return status;
	}
	log_set_level(level);
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	if (arguments->count != 0)
		return set_level(command_argument(arguments, 0));
	log_for_each(print_line, NULL);
	return STATUS_OK;
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	(void)prefix;
	for (size_t i = 0; before->count == 0 && i < COUNT_OF(level_names); i++)
		command_offer(offers, text_from(AT(level_names, i)));
}

const struct command command_log = {
	.name = "log",
	.usage = "log [LEVEL]",
	.summary = "print the log, or set how much it says",
	.details = "Without LEVEL: the lines that the log still holds. LEVEL: error, warning, info or debug; lines of\n"
		   "this level and of the more serious ones are kept and shown from now on.\n",
	.most_arguments = 1,
	.run = run,
	.complete = complete,
};
