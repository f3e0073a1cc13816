// What the double of a host thread gives to the cell: the operations that hold until others are set.
#pragma once

#include "cells/sync/thread/thread.h"

#ifdef __cplusplus
extern "C" {
#endif

INTERNAL const struct thread_operations *thread_host_operations(void);

#ifdef __cplusplus
}
#endif
