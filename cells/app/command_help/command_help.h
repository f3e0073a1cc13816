// The command `help`: what commands there are, and what they do.
//
// Context: runs in the shell; loads the cells of the commands that it describes.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_help;

#ifdef __cplusplus
}
#endif
