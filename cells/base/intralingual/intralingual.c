#include "cells/base/intralingual/intralingual.h"

#include "cells/base/panic/panic.h"

void panic_out_of_bounds(size_t index, size_t count)
{
	panic("index %zu is out of bounds: there are %zu elements", index, count);
}

void panic_empty_handle(const char *type)
{
	panic("a slot was to hold a %s, but it is empty", type);
}

void panic_ledger_is_full(void)
{
	panic("the ledger is full: too many handles and guards at a time");
}
