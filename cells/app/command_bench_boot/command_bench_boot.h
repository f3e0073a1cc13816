// The command `bench_boot`: what the start of the system cost. See bench_row.h for the row.
//
//     boot    from the first instruction of the kernel until now, so it must be a script's first command
//
// Context: runs in the shell.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench_boot;

#ifdef __cplusplus
}
#endif
