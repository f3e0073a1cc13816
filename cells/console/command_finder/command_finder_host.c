// The host's double: commands that a test gives, of no cell.
#include "cells/console/command_finder/command_finder.h"

static struct command_finder_host_commands known;

void command_finder_host_set(struct command_finder_host_commands commands)
{
	known = commands;
}

enum status command_finder_next(uint32_t *cursor, struct text *name)
{
	if (*cursor >= known.count)
		return STATUS_END;
	*name = text_from(ITEM(known, *cursor)->name);
	++*cursor;
	return STATUS_OK;
}

enum status command_finder_find(
	struct text name, struct cell_reference *cell, const struct command **command, struct diagnosis *why)
{
	(void)cell; // stays empty, which every use of a hold accepts
	for (size_t i = 0; i < known.count; i++) {
		if (!text_equal(text_from(ITEM(known, i)->name), name))
			continue;
		*command = ITEM(known, i);
		return STATUS_OK;
	}
	return diagnosis_set(why, STATUS_NOT_FOUND, "there is no command %.*s", TEXT_ARGUMENTS(name));
}
