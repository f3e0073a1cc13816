// The system's log: levels, a ring that keeps the last lines, and sinks that show each line as it comes.
//
// A line is "[time] L cell: message". The time is in seconds where the processor tells how fast its time stamps count,
// else the line's number. A sink that comes late gets what the ring still holds, so nothing of the start is lost on a
// screen that is set up later.
//
// Context: no allocation; takes one spinlock, also around the sinks: a sink must not log. Callable from anywhere, with
// interrupts off too.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

enum {
	LOG_LINE_CAPACITY = 240,      // longer lines end in "..."
	LOG_RING_CAPACITY = 16 << 10, // bytes of lines that are kept
	LOG_SINK_CAPACITY = 4,
};

// Receives one line, with its line feed at the end.
typedef void log_sink(void *context, struct text line);

// The cell's own name comes from its build rule.
#define LOG_ERROR(...) log_write(LOG_ERROR, CELL_NAME, __VA_ARGS__)
#define LOG_WARNING(...) log_write(LOG_WARNING, CELL_NAME, __VA_ARGS__)
#define LOG_INFO(...) log_write(LOG_INFO, CELL_NAME, __VA_ARGS__)
#define LOG_DEBUG(...) log_write(LOG_DEBUG, CELL_NAME, __VA_ARGS__)

#ifdef __cplusplus
extern "C" {
#endif

// Writes one line, unless `level` is beyond the level that is set. `format` as in cells/base/format, without line feed.
__attribute__((format(printf, 3, 4))) void log_write(enum log_level level, const char *cell, const char *format, ...);

// Adds a sink, which gets the ring's lines at once and every later line. STATUS_NO_MEMORY: LOG_SINK_CAPACITY are there.
// STATUS_EXISTS: this sink with this context is there already.
MUST_USE enum status log_add_sink(log_sink *sink, void *context);

// Takes it away again. STATUS_NOT_FOUND: it is not there.
MUST_USE enum status log_remove_sink(log_sink *sink, void *context);

// Shows every line that the ring holds, oldest first, to `visit`, which may log (it does not see those lines).
void log_for_each(log_sink *visit, void *context);

// Lines of this level and the more serious ones are kept and shown. At first LOG_INFO.
void log_set_level(enum log_level level);
enum log_level log_get_level(void);

// The level called `name` ("error", "warning", "info", "debug"). STATUS_NOT_FOUND: there is none.
MUST_USE enum status log_level_from(struct text name, enum log_level *level);

// For a crash report: takes the log's lock away from this processor, if it holds it, so that the report gets through.
void log_break_lock(void);

#ifdef __cplusplus
}
#endif
