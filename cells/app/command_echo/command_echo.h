// The command `echo`: prints its words.
//
// Context: runs in the shell; allocates nothing.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_echo;

#ifdef __cplusplus
}
#endif
