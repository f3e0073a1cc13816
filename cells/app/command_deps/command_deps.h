// The command `deps`: what a cell needs and who needs it, as it is bound in memory.
//
// Context: runs in the shell; allocates heap memory while it runs.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_deps;

#ifdef __cplusplus
}
#endif
