// The shell command `ps`: lists the tasks, each as it was a moment ago.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_ps;

#ifdef __cplusplus
}
#endif
