// The command `checksum`: tells whether the objects of cells are those that somebody else has.
//
// Context: runs in the shell.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_checksum;

#ifdef __cplusplus
}
#endif
