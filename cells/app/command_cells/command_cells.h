// The command `cells`: what is loaded, and where.
//
// Context: runs in the shell; allocates nothing.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_cells;

#ifdef __cplusplus
}
#endif
