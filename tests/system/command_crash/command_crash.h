// The shell command `crash WAY`: breaks the system in a chosen way, so that tests see what becomes of it.
//
// Not part of any image but the tests'.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

// Ways: panic, panic_in_clean_up, page_fault, write_text, execute_data, indirect_call, stack_overflow, hang.
extern const struct command command_crash;

#ifdef __cplusplus
}
#endif
