// The command `clear`: empties the screen.
//
// Context: runs in the shell; allocates nothing.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_clear;

#ifdef __cplusplus
}
#endif
