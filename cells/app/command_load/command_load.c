#include "cells/app/command_load/command_load.h"

#include "cells/app/cell_argument/cell_argument.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/cell_view/cell_view.h"

static bool is_loaded(struct text name)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find(&cell, name);
	return !status;
}

static enum status run(const struct command_arguments *arguments)
{
	struct text name = command_argument(arguments, 0);
	if (is_loaded(name)) {
		console_print("cell %.*s is loaded already\n", TEXT_ARGUMENTS(name));
		return STATUS_OK;
	}
	uint64_t before = cell_registry_statistics().cells;
	struct diagnosis why = {};
	enum status status = cell_loader_load(name, &why);
	if (status) {
		console_print("load: %s\n", why.message);
		cell_argument_suggest(name);
		return status;
	}
	uint64_t others = cell_registry_statistics().cells - before - 1;
	console_print("loaded %.*s", TEXT_ARGUMENTS(name));
	if (others > 0)
		console_print(" and %llu that it needs", (unsigned long long)others);
	console_print("\n");
	return STATUS_OK;
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	if (before->count == 0)
		cell_argument_complete_all(prefix, offers);
}

const struct command command_load = {
	.name = "load",
	.usage = "load CELL",
	.summary = "load a cell from the archive, and what it needs before it",
	.details = "All or nothing: when the cell or one that it needs cannot be loaded, nothing is.\n",
	.least_arguments = 1,
	.most_arguments = 1,
	.run = run,
	.complete = complete,
};
