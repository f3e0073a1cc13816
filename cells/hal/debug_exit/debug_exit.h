// The way out of QEMU: its isa-debug-exit device, which ends the emulator with a status.
//
// QEMU's exit status is value * 2 + 1, so a run that was ended so never looks like success to a shell. The values that
// Ariadne uses: 0x10 all went well; 0x11 panic or machine exception; 0x40 + n the last failed command had status n.
//
// Context: no allocation, no lock; callable from anywhere, from a crash report too.
// Source: QEMU, hw/misc/debugexit.c; the device is made by `-device isa-debug-exit,iobase=0xf4,iosize=4`.
#pragma once

#include <stdint.h>

enum debug_exit_value {
	DEBUG_EXIT_OK = 0x10,
	DEBUG_EXIT_CRASH = 0x11,
	DEBUG_EXIT_COMMAND = 0x40, // plus the command's status, 1 to 63
};

#ifdef __cplusplus
extern "C" {
#endif

// Ends QEMU with `value`. Where the device is not there, halts the processor.
__attribute__((noreturn)) void debug_exit(uint8_t value);

#ifdef __cplusplus
}
#endif
