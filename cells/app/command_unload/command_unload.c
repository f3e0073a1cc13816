#include "cells/app/command_unload/command_unload.h"

#include "cells/app/cell_argument/cell_argument.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_unload/cell_unload.h"
#include "cells/loader/name_space/name_space.h"

static enum status refuse(struct text name, enum status status, const struct diagnosis *why)
{
	console_print("unload: %s\n", why->message);
	if (status == STATUS_NOT_FOUND)
		cell_argument_suggest(name);
	return status;
}

static enum status unload_one(struct text name)
{
	uint32_t before = cell_registry_cell_count();
	struct diagnosis why = {};
	enum status status = cell_unload(name, &why);
	if (status)
		return refuse(name, status, &why);
	uint32_t others = before - cell_registry_cell_count() - 1;
	console_print("unloaded %.*s", TEXT_ARGUMENTS(name));
	if (others > 0)
		console_print(" and %u that only it needed", (unsigned)others);
	console_print("\n");
	return STATUS_OK;
}

// With --namespace: a cell of a name space, or all of it.
static enum status unload_in(struct text name_space, const struct command_arguments *arguments)
{
	struct diagnosis why = {};
	if (arguments->count == 2) {
		enum status status = name_space_close(name_space, &why);
		if (status)
			return refuse(TEXT(""), status, &why);
		console_print("name space %.*s is gone\n", TEXT_ARGUMENTS(name_space));
		return STATUS_OK;
	}
	struct text name = command_argument(arguments, 2);
	enum status status = cell_unload_in(name_space, name, &why);
	if (status)
		return refuse(name, status, &why);
	console_print("unloaded %.*s of name space %.*s\n", TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(name_space));
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	struct text first = command_argument(arguments, 0);
	if (text_equal(first, TEXT("--namespace")) && arguments->count > 1)
		return unload_in(command_argument(arguments, 1), arguments);
	if (arguments->count > 1) {
		console_print("unload: one cell at a time\n");
		return STATUS_BAD_ARGUMENT;
	}
	return unload_one(first);
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	if (before->count == 0)
		cell_argument_complete_loaded(prefix, offers);
}

const struct command command_unload = {
	.name = "unload",
	.usage = "unload CELL | unload --namespace NAME [CELL]",
	.summary = "take a cell out and give its memory back",
	.details = "A cell that others are bound to, or that a run-time pointer leads into, stays, and you are told\n"
		   "who uses it. Cells that were loaded only because this one needed them go with it. With\n"
		   "--namespace and no CELL, the name space goes with all of its cells.\n",
	.least_arguments = 1,
	.most_arguments = 3,
	.run = run,
	.complete = complete,
};
