// Giving up: a bug was found, and the code that found it cannot go on.
//
// This cell is at the bottom of the graph, so that every cell may panic; what happens then is decided by the handler
// that a higher cell installs (print a report and unwind or stop). Before one is installed, a panic halts the
// processor. In host tests a panic is a C++ exception (`std::runtime_error` with the message), so that clean-ups run
// and can be seen.
//
// Context: allocates nothing, takes no lock; callable from anywhere, with interrupts off too.
#pragma once

#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

// Receives the message as a format with its arguments. Must not return.
typedef void panic_handler(const char *format, va_list arguments);

// Never returns. `format` as for printf, limited to what cells/base/format knows.
__attribute__((noreturn, cold, format(printf, 1, 2))) void panic(const char *format, ...);

// From now on `handler` decides what a panic does. There is one handler; the last one installed counts.
void panic_set_handler(panic_handler *handler);

// Where the handler is kept: for a slot that makes it known to the loader (cells/sync/cell_pointer).
panic_handler **panic_handler_word(void);

#ifdef __cplusplus
}
#endif
