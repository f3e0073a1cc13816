// The shell command `bt TASK`: who has called whom in a task, innermost first.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bt;

#ifdef __cplusplus
}
#endif
