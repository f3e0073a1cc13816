// The shell: reads lines, finds the commands in them, runs them.
//
// Someone at a terminal gets a prompt with editing, history and completion, on the first serial port and on the
// machine's own screen and keyboard at once. With a script (cells/boot/kernel_command_line) the shell runs that in
// place of it, prints what the commands print, and nothing else, to the second serial port (option `exec-output=com1`
// or `com2`), and ends QEMU: value 0x10 if every command succeeded, else 0x40 plus the status of the last one that
// failed.
//
// Context: the first task of the system. Loads cells, so it allocates.
#pragma once

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// What nano_core calls when all else is up. Does not return.
void shell_main(void) MAY_SLEEP;

// Runs every command of `script`, whatever becomes of the ones before. STATUS_OK: all succeeded; else the status of the
// last one that failed. What is wrong with a command has been printed.
MUST_USE enum status shell_run(struct text script);

// Reads one line from the console and runs it. STATUS_END: the user wants no more lines. Else as shell_run.
MUST_USE enum status shell_read_and_run(void) MAY_SLEEP;

#ifdef __cplusplus
}
#endif
