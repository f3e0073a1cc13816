// Where the shell and its commands talk: output to the chosen devices, keys from them.
//
// The devices are the two serial ports and the machine's own screen and keyboard, in any combination. Output goes to
// all that are open; a key is taken from whichever has one.
//
// Context: takes a spinlock around each access, and within it those of screen and keyboard; logs nothing while it holds
// them. Opening maps memory. Commands print through this cell, not through the log.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/console/key/key.h"

// Sets of these are sums.
enum console_device {
	CONSOLE_COM1 = 1 << 0,
	CONSOLE_COM2 = 1 << 1, // for scripts: characters go out as they are, without a terminal's "\r"
	CONSOLE_SCREEN = 1 << 2,
	CONSOLE_KEYBOARD = 1 << 3,
	CONSOLE_ALL = CONSOLE_COM1 | CONSOLE_COM2 | CONSOLE_SCREEN | CONSOLE_KEYBOARD,
};

enum { CONSOLE_PRINT_CAPACITY = 1024 };

#ifdef __cplusplus
extern "C" {
#endif

// From now on the console is these devices, as far as they are there. Returns those that are.
unsigned console_open(unsigned devices);

// Shows characters on every open device; "\n" ends a line.
void console_write(struct text characters);

// The same, formatted (cells/base/format). What goes beyond CONSOLE_PRINT_CAPACITY - 1 characters is cut off.
__attribute__((format(printf, 1, 2))) void console_print(const char *format, ...);

// Takes one key; false if nothing was pressed. Never waits.
bool console_read_key(struct key *key);

// How many characters a row has on the narrowest open device (80 on a serial line, whose terminal does not tell).
size_t console_columns(void);

// Shows the log on the screen, beginning with the lines that it still holds. No more than once.
void console_show_log_on_screen(void);

#ifdef __cplusplus
}
#endif
