// The command `bench_unwind`: what it costs to survive a crash. See bench_row.h for the rows.
//
//     panic_unwind_10_frames   from a panic, ten frames with a handle each below the catch, to behind the catch;
//     without
//                              the report in the log
//
// Context: runs in the shell.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench_unwind;

#ifdef __cplusplus
}
#endif
