// The shell command `cores`: which cores the machine has, and what they do.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_cores;

#ifdef __cplusplus
}
#endif
