// The last words: what is printed on a panic or a machine exception, before the system ends.
//
// The report goes through the log, so it is on the serial port and on the screen: what happened, where (cell, symbol
// and offset), all registers, who called whom. Then whoever can save the rest of the system takes over
// (cells/unwind/landing); if nobody can, QEMU ends with DEBUG_EXIT_CRASH, and a real machine halts. A fault while
// reporting prints one line and ends, too.
//
// Context: the report allocates nothing and waits for no lock of the rest of the system. When several processors crash
// at the same time they report one after the other. Source: Intel SDM volume 3A, sections 4.7 (page-fault error
// code), 6.13 (error code).
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells/base/bytes/bytes.h"
#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"
#include "cells/hal/interrupt_table/interrupt_table.h"

enum { CRASH_REPORT_ACTIVITY_CAPACITY = 96 };

// Where an address lies.
struct crash_report_symbol {
	struct text cell;
	struct text symbol;
	size_t offset_bytes; // from the symbol's start
};

// Says where `address` lies; false if in no cell. It is called in a crash: it must not allocate, lock or panic.
typedef bool crash_report_symbolizer(uintptr_t address, struct crash_report_symbol *symbol);

// Who goes on after a report. Each is called in a crash, with interrupts off.
struct crash_report_recovery {
	// Whether this crash is expected, so that nothing need be reported.
	bool (*is_silent)(void);
	// Goes on elsewhere and does not return; or returns, and the system ends. `message` says what happened; `frame`
	// is null after a panic. `interrupts_were_enabled`: where the crash happened.
	void (*recover)(struct text message, const struct interrupt_frame *frame, bool interrupts_were_enabled);
};

// What an invalid opcode really is.
enum crash_report_trap {
	CRASH_REPORT_TRAP_NONE,      // not a trap instruction: really an invalid opcode
	CRASH_REPORT_TRAP_PLAIN,     // ud2: the compiler's mark of a place that cannot be reached
	CRASH_REPORT_TRAP_CALL_TYPE, // kCFI: a call through a pointer to a function of another type
};

#ifdef __cplusplus
extern "C" {
#endif

// From now on panics and exceptions are reported by this cell.
void crash_report_install(void);

// From now on addresses are shown as "cell:symbol+0xoffset". Null: as numbers, as at first.
void crash_report_set_symbolizer(crash_report_symbolizer *symbolizer);

// From now on `recovery`, which must stay where it is, is asked after each report. Null: every crash ends the system.
void crash_report_set_recovery(const struct crash_report_recovery *recovery);

// From now on a report says that this was being done ("while ..."), cut to CRASH_REPORT_ACTIVITY_CAPACITY - 1
// characters; "": nothing out of the ordinary, as at first.
__attribute__((format(printf, 1, 2))) void crash_report_set_activity(const char *format, ...);

// Reports the panic with this message and ends the system, or what has crashed.
__attribute__((noreturn, format(printf, 1, 0))) void crash_report_panic(const char *format, va_list arguments);

// Reports the exception and ends the system, or what has crashed.
__attribute__((noreturn)) void crash_report_exception(struct interrupt_frame *frame);

// Judges the instruction at offset `at` of `code`, which holds what stands before it, too. For a call-type trap,
// `*target_register` is the number (0 rax to 15 r15) of the register with the address that was to be called.
enum crash_report_trap crash_report_classify_trap(struct bytes code, size_t at, unsigned *target_register);

#ifdef __cplusplus
}
#endif
