// The command `bench`: what the operations of the system cost.
//
// It runs the commands whose names begin with `bench_`, all or those that its arguments name; there is no list of them.
// Each prints rows `BENCH name median p5 p95 n` (cells/app/bench_row).
//
// Context: runs in the shell; loads the commands' cells.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench;

#ifdef __cplusplus
}
#endif
