// How this program ends when it cannot do its work.
#pragma once

enum { EXIT_FINDINGS = 1, EXIT_USAGE = 64, EXIT_BAD_INPUT = 65 };

// Prints "cell_audit: " and the message, and ends the program.
__attribute__((noreturn, format(printf, 2, 3))) void fail(int exit_status, const char *format, ...);
