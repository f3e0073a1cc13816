#include "cells/app/command_load/command_load.h"

#include "cells/app/cell_argument/cell_argument.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_loader/cell_loader.h"
#include "cells/loader/cell_registry/cell_registry.h"
#include "cells/loader/name_space/name_space.h"

static bool is_loaded(struct text name)
{
	OWN(cell_reference, cell);
	enum status status = cell_registry_find(&cell, name);
	return !status;
}

static enum status load_one(struct text name)
{
	if (is_loaded(name)) {
		struct diagnosis ignored = {};
		(void)cell_loader_load(name, &ignored); // somebody asks for it: it stays when nobody else needs it
		console_print("cell %.*s is loaded already\n", TEXT_ARGUMENTS(name));
		return STATUS_OK;
	}
	uint32_t before = cell_registry_cell_count();
	struct diagnosis why = {};
	enum status status = cell_loader_load(name, &why);
	if (status) {
		console_print("load: %s\n", why.message);
		cell_argument_suggest(name);
		return status;
	}
	uint32_t others = cell_registry_cell_count() - before - 1;
	console_print("loaded %.*s", TEXT_ARGUMENTS(name));
	if (others > 0)
		console_print(" and %u that it needs", (unsigned)others);
	console_print("\n");
	return STATUS_OK;
}

// All of them or none; the words from `first` on.
static enum status load_set(struct text name_space, const struct command_arguments *arguments, size_t first)
{
	uint32_t before = cell_registry_cell_count();
	struct diagnosis why = {};
	enum status status =
		cell_loader_load_set(name_space, &AT(arguments->words, first), arguments->count - first, &why);
	if (status) {
		console_print("load: %s\n", why.message);
		return status;
	}
	console_print("loaded %u cells\n", (unsigned)(cell_registry_cell_count() - before));
	return STATUS_OK;
}

// A name space whose cells are instances apart from those of the root; made when it is not there yet.
static enum status load_apart(const struct command_arguments *arguments)
{
	struct text name_space = command_argument(arguments, 1);
	struct diagnosis why = {};
	enum status status = name_space_open(name_space, TEXT(""), NULL, 0, &why);
	if (status && status != STATUS_EXISTS) {
		console_print("load: %s\n", why.message);
		return status;
	}
	return load_set(name_space, arguments, 2);
}

static enum status run(const struct command_arguments *arguments)
{
	struct text first = command_argument(arguments, 0);
	if (text_equal(first, TEXT("--namespace")) && arguments->count > 2)
		return load_apart(arguments);
	return arguments->count == 1 ? load_one(first) : load_set(TEXT(""), arguments, 0);
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	(void)before;
	cell_argument_complete_all(prefix, offers);
}

const struct command command_load = {
	.name = "load",
	.usage = "load [--namespace NAME] CELL...",
	.summary = "load cells from the archive, and what they need before them",
	.details = "All or nothing: when a cell or one that it needs cannot be loaded, nothing is. With --namespace:\n"
		   "into a name space apart, with state of their own, seen by cells of that name space alone.\n",
	.least_arguments = 1,
	.most_arguments = COMMAND_ARGUMENTS_CAPACITY,
	.run = run,
	.complete = complete,
};
