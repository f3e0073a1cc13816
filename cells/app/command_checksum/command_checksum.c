#include "cells/app/command_checksum/command_checksum.h"

#include "cells/app/cell_argument/cell_argument.h"
#include "cells/base/checksum/checksum.h"
#include "cells/console/console/console.h"
#include "cells/loader/cell_store/cell_store.h"

static enum status print_one(struct text name)
{
	struct bytes object;
	enum status status = cell_store_object(name, &object);
	if (status) {
		console_print("there is no cell %.*s\n", TEXT_ARGUMENTS(name));
		cell_argument_suggest(name);
		return status;
	}
	console_print("%016llx  %.*s.o\n", (unsigned long long)checksum_of(object), TEXT_ARGUMENTS(name));
	return STATUS_OK;
}

static enum status run(const struct command_arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		TRY(print_one(command_argument(arguments, i)));
	struct text name;
	for (uint32_t number = 0; arguments->count == 0 && !cell_store_cell_name(number, &name); number++)
		TRY(print_one(name));
	return STATUS_OK;
}

static void complete(const struct command_arguments *before, struct text prefix, const struct command_offers *offers)
{
	(void)before;
	cell_argument_complete_all(prefix, offers);
}

const struct command command_checksum = {
	.name = "checksum",
	.usage = "checksum [CELL...]",
	.summary = "print the checksum of cells' objects in the archive",
	.details = "XXH64, as `xxh64sum CELL.o` prints it for the file that was built.\n",
	.most_arguments = COMMAND_ARGUMENTS_CAPACITY,
	.run = run,
	.complete = complete,
};
