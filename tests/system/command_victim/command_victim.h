// The shell command `victim NAME [STRIDE]`: runs the victim NAME (tests/system/victims) in single steps again and
// again, each time asking for its kill at another instruction: the first, the one STRIDE (1) further on, and so forth
// to its last; and says whether everything came back each time: frames, pages, heap, handles once, locks, nothing from
// the ledger.
//
// `victim NAME visits [STRIDE]`: the same at the first, second and last visit of every address (every STRIDE-th), where
// a hardware breakpoint stops it: for longer victims.
//
// `victim fault [TIMES]`: each of the programs that fault by themselves, TIMES (1) times, judged in the same way; says
// how much the ledger had to give back.
//
// Not part of any image but the tests'.
//
// Context: as any shell command.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_victim;

#ifdef __cplusplus
}
#endif
