// The command `bench_sync`: what locks and channels cost while nobody waits.
//
// Rows: `mutex_uncontended`, a mutex taken and given back; `async_stream_send`, `async_stream_receive`, one message of
// a word with one sender and one receiver; `async_channel_send`, `async_channel_receive`, the same with any number of
// either. The loop around the messages is measured apart and left out.
//
// Context: runs in the shell.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench_sync;

#ifdef __cplusplus
}
#endif
