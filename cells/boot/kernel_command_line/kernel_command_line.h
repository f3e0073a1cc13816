// The options that the system was started with: words, each "key=value" or just "key".
//
// They come from the boot loader's command line and, under QEMU, from the firmware configuration file
// `opt/ariadne/options`, so that an unchanged image takes options. A value with blanks stands in double quotes:
// key="two words". When a key is given more than once, the last one counts.
//
// Context: no allocation, no lock; set once while booting, read from anywhere afterwards.
#pragma once

#include <stdbool.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

enum {
	KERNEL_COMMAND_LINE_CAPACITY = 4096,
	KERNEL_COMMAND_LINE_SCRIPT_CAPACITY = 8192,
};

#ifdef __cplusplus
extern "C" {
#endif

// Forgets all options, then adds those of `whole` (copied). STATUS_OUT_OF_RANGE: they do not fit; nothing is left.
MUST_USE enum status kernel_command_line_set(struct text whole);

// Adds more options behind those that are there (copied). STATUS_OUT_OF_RANGE: they do not fit; nothing is added.
MUST_USE enum status kernel_command_line_append(struct text more);

// All of them, as they were given, joined by one blank. The view is good until the next change.
struct text kernel_command_line_whole(void);

// The value of `key`: empty for "key" and for "key=". The view is good until the next change. STATUS_NOT_FOUND: the key
// is not there.
MUST_USE enum status kernel_command_line_get(struct text key, struct text *value);

// Whether `key` is there and its value is neither "no", "off" nor "0".
bool kernel_command_line_flag(struct text key);

// The commands that the shell is to run in place of talking to someone (QEMU's file `opt/ariadne/exec`): copied.
// STATUS_OUT_OF_RANGE: longer than KERNEL_COMMAND_LINE_SCRIPT_CAPACITY; nothing is kept.
MUST_USE enum status kernel_command_line_set_exec_script(struct text script);

// STATUS_NOT_FOUND: there is none, talk to someone.
MUST_USE enum status kernel_command_line_exec_script(struct text *script);

#ifdef __cplusplus
}
#endif
