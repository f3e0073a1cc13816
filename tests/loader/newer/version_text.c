#include "tests/loader/newer/version_text.h"

#include "cells/base/intralingual/intralingual.h"

static CELL_STATE_ZERO unsigned calls;

unsigned version_text_number(void)
{
	calls++;
	return 2;
}

unsigned version_text_calls(void)
{
	return calls;
}
