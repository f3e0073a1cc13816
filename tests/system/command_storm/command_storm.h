// The shell command `storm [TASKS [ROUNDS]]`: tasks, on all cores that have any, take memory of every kind, hand it to
// each other, lend it, and give back what others took. Afterwards nothing may be missing: frames, pages, tables,
// objects, stacks.
//
// Not part of any image but the tests'.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_storm;

#ifdef __cplusplus
}
#endif
