// Round robin: the threads of a core get it in turn, whatever their priorities.
//
// All are in one ring, whose first is the one that runs; to give way is to turn the ring by one.
//
// Context: called by the scheduler with the queue's lock held.
#pragma once

#include "cells/task/run_queue/run_queue.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct scheduling_policy round_robin_policy;

#ifdef __cplusplus
}
#endif
