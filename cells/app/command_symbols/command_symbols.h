// The command `symbols`: the functions and variables of a cell.
//
// Context: runs in the shell; allocates heap memory while it runs.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_symbols;

#ifdef __cplusplus
}
#endif
