// The command `poweroff`: switches the machine off.
//
// Context: runs in the shell; allocates nothing.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_poweroff;

#ifdef __cplusplus
}
#endif
