// The shell command `strain`: takes all memory there is, and tries every operation that needs some. Each must fail with
// an error, and everything must come back.
//
// Not part of any image but the tests'.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_strain;

#ifdef __cplusplus
}
#endif
