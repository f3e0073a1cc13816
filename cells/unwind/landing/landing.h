// Crashes that end somewhere: what panics or faults is unwound to whoever wanted to survive it.
//
//     struct landing_crash crash;
//     if (landing_catch(run_command, &arguments, LANDING_REPORTED, &crash))
//             console_print("it crashed: %s\n", crash.message);
//
// Between the crash and the catch every frame is visited, innermost first. Where the compiler has noted clean-ups for
// the place at which a frame stands, they run (handles are dropped, locks given back), each once. No memory is
// allocated, no lock taken, and nothing read but the stack, the unwind tables and frame_index.
//
// A crash during the clean-ups of another is not survived, unless the clean-up caught it itself. After a machine
// exception the frame in which it happened gets the clean-ups of the call that it is in the midst of, if any; what it
// was doing by itself is given back by its thread's ledger (cells/base/intralingual). A full stack gets
// its reserve for the clean-ups (cells/memory/stack_pool); other exceptions on stacks of their own are not survived.
//
// A kill of the thread is unwound in the same way, but past all catches to the one of landing_catch_kills. It may begin
// where a landing pad stands for all that is owned: at a kill point, or in a call.
//
// Each thread has a chain of catches of its own, so threads may crash at the same time. Loaded, this cell takes over
// every crash report (cells/diagnostics/crash_report).
//
// Context: landing_catch may be called anywhere but in interrupt handlers. Interrupts are as before on return, and
// during clean-ups as they were at the crash.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/hal/interrupt_table/interrupt_table.h"

enum { LANDING_MESSAGE_CAPACITY = 160 };

enum landing_cause {
	LANDING_PANIC,
	LANDING_FAULT, // a machine exception
	LANDING_KILL,
};

// What crashed, and how it ended.
struct landing_crash {
	char message[LANDING_MESSAGE_CAPACITY]; // the panic's, or the exception's name and place
	enum landing_cause cause;
	uint32_t vector;      // of the exception
	bool is_complete;     // every frame was visited; else the walk stopped at
	uint64_t stopped_at;  // this address, and what the frames from there on held is lost
	uint32_t frames;      // visited
	uint32_t clean_ups;   // landing pads that ran
	uint32_t from_ledger; // handles and locks that the ledger gave back; 0 unless it was an exception
};

enum landing_report {
	LANDING_REPORTED, // the log tells of the crash, as of any
	LANDING_SILENT,   // it does not: the crash is expected
};

#ifdef __cplusplus
extern "C" {
#endif

// Calls `body(context)`. STATUS_CRASHED: it has crashed and was unwound; `crash` says more. `crash` is written to only
// then.
MUST_USE enum status landing_catch(
	void (*body)(void *context), void *context, enum landing_report report, struct landing_crash *crash);

// The same where a kill of the thread ends, too; crashes are reported. Every thread that may be killed begins with it.
MUST_USE enum status landing_catch_kills(void (*body)(void *context), void *context, struct landing_crash *crash);

// Kills the running thread at the kill point at which `interrupted` stands; interrupts are off. It returns only if the
// thread has no landing_catch_kills.
void landing_kill_interrupted(const struct interrupt_frame *interrupted);

// Kills the running thread where it calls this.
__attribute__((noreturn)) void landing_kill_here(void);

// The cell's init and exit entries: crashes come here from now on, and no longer.
MUST_USE enum status landing_start(void);
void landing_stop(void);

#ifdef __cplusplus
}
#endif
