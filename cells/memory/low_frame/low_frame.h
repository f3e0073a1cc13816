// A frame of the lowest 640 KiB. A core begins in real mode and can begin nowhere else; but frames are handed out from
// the lowest on, so by the time other cores start none may be left. One is kept from early on.
//
// Context: the boot core alone. Nothing is locked.
#pragma once

#include "cells/memory/frame_allocator/frame_allocator.h"

#ifdef __cplusplus
extern "C" {
#endif

// Keeps one, if one is free and none is kept.
void low_frame_keep(void);

// The one that was kept, else any that is free. STATUS_NO_MEMORY: there is none.
MUST_USE enum status low_frame_take(struct allocated_frames *frame) PRODUCES_IF(STATUS_OK, frame);

#ifdef __cplusplus
}
#endif
