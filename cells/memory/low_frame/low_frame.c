#include "cells/memory/low_frame/low_frame.h"

// Frame 0 is left out: a null pointer leads nowhere.
enum { LOW_START = 0x1000, LOW_END = 0xA0000 };

static CELL_STATE_ZERO struct allocated_frames kept;

static enum status allocate(struct allocated_frames *frame) PRODUCES_IF(STATUS_OK, frame)
{
	return frame_allocator_allocate(
		frame, (struct frame_request){.count = 1, .from = {LOW_START}, .to = {LOW_END}});
}

void low_frame_keep(void)
{
	OWN(allocated_frames, frame);
	if (!allocated_frames_is_empty(&kept) || allocate(&frame))
		return;
	allocated_frames_put_in(&kept, &frame);
}

enum status low_frame_take(struct allocated_frames *frame)
{
	if (allocated_frames_is_empty(&kept))
		return allocate(frame);
	allocated_frames_take_out(frame, &kept);
	return STATUS_OK;
}
