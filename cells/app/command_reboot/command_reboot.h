// The command `reboot`: starts the machine anew.
//
// Context: runs in the shell; allocates nothing.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_reboot;

#ifdef __cplusplus
}
#endif
