// The command `memory`: who has how much memory.
//
// Context: runs in the shell; allocates nothing.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_memory;

#ifdef __cplusplus
}
#endif
