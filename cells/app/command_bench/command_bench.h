// The command `bench`: what the operations of memory cost.
//
// Each line is `BENCH name median p5 p95 n`, in ticks of the time-stamp counter, without the cost of reading it. Under
// `tools/run --icount` a tick is one instruction, and the numbers repeat.
//
//     mem_map_populate_unmap_Np   N zeroed pages are allocated, one byte of each is written, and they are dropped
//     mem_mprotect_Np             the permission of N pages changes from writable to readable
//     mem_unmap_Np                N pages are dropped
//     mem_map_..._1p_among_N      the first of these while N more mappings are there
//     mem_map_..._1p_among_holes  the same when every second of them has gone
//     malloc_free_64              a heap object of 64 bytes is allocated and dropped
//
// Context: runs in the shell; takes up to half of the free memory and gives it back.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench;

#ifdef __cplusplus
}
#endif
