// The shell command `unwind WAY [TIMES]`: crashes ten frames deep, each frame holding a handle, heap memory and pages,
// the innermost a lock too; catches the crash, and says whether everything came back, once and in order.
//
// Not part of any image but the tests'.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

// Ways: panic, page_fault, divide, opcode, protection, breakpoint; nested: a panic that a clean-up of another catches.
extern const struct command command_unwind;

#ifdef __cplusplus
}
#endif
