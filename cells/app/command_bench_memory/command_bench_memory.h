// The command `bench_memory`: what the operations of memory cost. See bench_row.h for the rows.
//
//     mem_map_populate_unmap_Np   N zeroed pages are allocated, one byte of each is written, and they are dropped
//     mem_mprotect_Np             the permission of N pages changes from writable to readable
//     mem_unmap_Np                N pages are dropped
//     mem_map_..._1p_among_N      the first of these while N more mappings are there
//     mem_map_..._1p_among_holes  the same when every second of them has gone
//
// Context: runs in the shell; takes up to half of the free memory and gives it back.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench_memory;

#ifdef __cplusplus
}
#endif
