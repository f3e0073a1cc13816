// A command as another system would have it: its structure has one more field than this system's. The shell must refuse
// it, as it would take the field for the function to call.
//
// Not part of any image but the tests'.
//
// Context: pure; never runs.
#pragma once

#include <stddef.h>

#include "cells/base/status/status.h"
#include "cells/console/command/command.h"

// Like `struct command`, but for `aliases`.
struct misfit {
	const char *name;
	const char *aliases;
	const char *usage;
	const char *summary;
	const char *details;
	size_t least_arguments;
	size_t most_arguments;
	enum status (*run)(const struct command_arguments *arguments);
};

#ifdef __cplusplus
extern "C" {
#endif

extern const struct misfit command_misfit;

#ifdef __cplusplus
}
#endif
