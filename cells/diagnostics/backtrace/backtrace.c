#include "cells/diagnostics/backtrace/backtrace.h"

#include "cells/base/intralingual/intralingual.h"

// A frame as the calling convention lays it out.
struct stack_frame {
	uintptr_t caller_frame;
	uintptr_t return_address;
};

void backtrace_walk(uintptr_t frame_pointer, struct backtrace *out)
{
	*out = (struct backtrace){};
	uintptr_t first = frame_pointer;
	while (frame_pointer != 0 && frame_pointer % sizeof(uintptr_t) == 0 && out->count < BACKTRACE_CAPACITY) {
		const struct stack_frame *frame = RAW_POINTER(const struct stack_frame, frame_pointer);
		if (frame->return_address == 0)
			return;
		AT(out->addresses, out->count) = frame->return_address;
		out->count++;

		uintptr_t next = frame->caller_frame;
		if (next <= frame_pointer || next - first > BACKTRACE_STACK_BYTES_MAX - sizeof *frame)
			return;
		frame_pointer = next;
	}
}
