// The command `log`: what the log still holds, and how much it says.
//
// Context: runs in the shell; allocates nothing.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_log;

#ifdef __cplusplus
}
#endif
