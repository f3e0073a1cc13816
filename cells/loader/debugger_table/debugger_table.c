#include "cells/loader/debugger_table/debugger_table.h"

static CELL_STATE struct debugger_table debugger_table_state = {.magic = DEBUGGER_TABLE_MAGIC};

__attribute__((noinline)) void debugger_table_changed(const struct debugger_table *changed)
{
	// The argument must be in its register when a debugger stops here, and the call must not be dropped as having
	// no effect: a volatile read needs both.
	(void)*(const volatile uint64_t *)&changed->change_count;
}

void debugger_table_add(struct debugger_cell *cell, int announce)
{
	cell->previous = NULL;
	cell->next = debugger_table_state.first;
	if (debugger_table_state.first)
		debugger_table_state.first->previous = cell;
	debugger_table_state.first = cell;
	debugger_table_state.change_count++;
	if (announce)
		debugger_table_changed(&debugger_table_state);
}

void debugger_table_remove(struct debugger_cell *cell)
{
	if (cell->next)
		cell->next->previous = cell->previous;
	if (cell->previous)
		cell->previous->next = cell->next;
	else
		debugger_table_state.first = cell->next;
	cell->next = NULL;
	cell->previous = NULL;
	debugger_table_state.change_count++;
	debugger_table_changed(&debugger_table_state);
}

const struct debugger_table *debugger_table_get(void)
{
	return &debugger_table_state;
}
