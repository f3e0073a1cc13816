// The machine's screen, whichever kind the boot loader left: a framebuffer, or the PC's text screen.
//
// Behind it stands one terminal (cells/console/terminal_screen) as large as the screen, or as a terminal can be: a
// larger screen stays black at its right and its bottom. The screen's memory is mapped while it is open.
//
// Context: opening maps memory; writing allocates nothing. Takes one spinlock around the terminal and the device, and
// logs nothing, so that it may be called from a sink of the log.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/status/status.h"
#include "cells/base/text/text.h"
#include "cells/boot/boot_information/boot_information.h"

#ifdef __cplusplus
extern "C" {
#endif

// Maps and clears the screen that `framebuffer` tells of. STATUS_UNSUPPORTED: a kind that cannot be drawn on.
// STATUS_EXISTS: it is open already. STATUS_BUSY, STATUS_REFUSED, STATUS_NO_MEMORY: its memory cannot be mapped.
MUST_USE enum status screen_open(const struct boot_framebuffer *framebuffer);

// Unmaps it; the picture stays as it is. Nothing happens if it is not open.
void screen_close(void);

// Shows the characters, with the control sequences of a terminal. Nothing happens while the screen is not open.
void screen_write(struct text characters);

// Whether someone is drawing at this moment: who must not wait (a crash report) leaves the screen alone then.
bool screen_is_busy(void);

// How many characters a row has; 0 while the screen is not open.
size_t screen_columns(void);

#ifdef __cplusplus
}
#endif
