// What the ledger costs: a handle that is armed, filled by a call, and dropped at the end of its scope.
#include "cells/base/intralingual/intralingual.h"

struct thing;
HANDLE(thing)
{
	int number;
};
HANDLE_FUNCTIONS(thing)

void thing_make(struct thing *thing) PRODUCES(thing);
void make_and_drop(void);

void make_and_drop(void)
{
	OWN(thing, thing);
	thing_make(&thing);
}
