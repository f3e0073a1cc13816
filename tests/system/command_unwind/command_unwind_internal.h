#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "tests/system/command_unwind/command_unwind.h"

enum unwind_way {
	UNWIND_PANIC,
	UNWIND_PAGE_FAULT,
	UNWIND_DIVIDE,
	UNWIND_OPCODE,
	UNWIND_PROTECTION,
	UNWIND_BREAKPOINT,
	UNWIND_NESTED,
};

// Crashes. In a file of its own, so that the compiler cannot see that it calls nothing: a caller of what cannot throw
// gets no landing pad.
INTERNAL void command_unwind_crash(enum unwind_way way);
