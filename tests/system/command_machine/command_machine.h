// The shell command `machine`, for tests: tries what only several cores, or the processor itself, can show.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_machine;

#ifdef __cplusplus
}
#endif
