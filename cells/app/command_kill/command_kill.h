// The shell command `kill TASK...`: ends tasks, by their numbers.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_kill;

#ifdef __cplusplus
}
#endif
