// The command `bench_loader`: what loading and unloading a cell costs. See bench_row.h for the rows.
//
//     module_load     the cell bench_module (one function, one table) is loaded from the archive in memory
//     module_unload   it is unloaded
//
// Context: runs in the shell, which may load cells.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench_loader;

#ifdef __cplusplus
}
#endif
