// The command `load`: load a cell and what it needs.
//
// Context: runs in the shell; loads cells.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_load;

#ifdef __cplusplus
}
#endif
