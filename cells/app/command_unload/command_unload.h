// The command `unload`: takes a cell out, with what only it needed, or says who uses it.
//
// Context: runs in the shell.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_unload;

#ifdef __cplusplus
}
#endif
