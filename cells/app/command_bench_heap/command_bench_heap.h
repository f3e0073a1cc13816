// The command `bench_heap`: what the heap costs. See bench_row.h for the rows.
//
//     malloc_free_64       an object of 64 bytes is allocated and dropped
//     heap_threadtest_1t   2,000 objects of 64 bytes are allocated and written to, then all are dropped; each pair
//     heap_shbench_1t      an object of 1 to 1,000 bytes replaces one of 512 others, at random; each pair
//
// Context: runs in the shell; gives back what it allocates.
#pragma once

#include "cells/console/command/command.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct command command_bench_heap;

#ifdef __cplusplus
}
#endif
