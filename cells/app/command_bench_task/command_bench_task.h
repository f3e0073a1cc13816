// The command `bench_task`: what tasks cost. See bench_row.h for the rows.
//
//     call_null                 a call into another cell that answers at once
//     ctx_yield_thread          from one task to another by scheduler_yield, two tasks
//     thread_create_join        spawn and join of an empty task, its stack from the core's cache
//     thread_create_join_cold   the same, its stack mapped anew
//     run_queue_remove_1, _64   a thread into a run queue and out again, with so many queues
//
// Context: as any shell command, with no other tasks but the shell and idle ones.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench_task;

#ifdef __cplusplus
}
#endif
