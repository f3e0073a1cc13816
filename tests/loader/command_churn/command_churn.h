// The test command `churn`: loads and unloads, and compares what is in use before and after.
//
//     churn CELL COUNT            loads and unloads CELL so many times; fails if anything is not as it was
//     churn --many SIZE COUNT     loads the cells s0000, s0001, ... of the archive of SIZE bytes that QEMU hands over
//     as
//                                 opt/ariadne/many into a name space, in batches, and takes them out again; prints what
//                                 each batch took
//
// Context: runs in the shell.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_churn;

#ifdef __cplusplus
}
#endif
