// The command `kill TASK...`: ends tasks, by their numbers.
//
// Context: runs in the shell.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_kill;

#ifdef __cplusplus
}
#endif
