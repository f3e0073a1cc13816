#include "cells/machine/core_timer/core_timer.h"

#include "cells/machine/interrupt_vector/interrupt_vector.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/sync/cell_pointer/cell_pointer.h"

#define NANOSECONDS_PER_SECOND 1000000000ull

enum { FRACTION_BITS = 32 };

CELL_POINTER_TYPE(alarm_pointer, interrupt_handler);

static CELL_STATE_ZERO struct {
	struct interrupt_vector vector;
	uint8_t number; // the vector's
	uint64_t hertz;
	uint64_t ticks_per_nanosecond; // with FRACTION_BITS bits behind the point
	struct alarm_pointer handler;
} timer;

// An indirect call in a function without clean-ups, where the compiler checks its type.
static __attribute__((noinline)) void go_off(struct interrupt_frame *frame)
{
	interrupt_handler *handler = alarm_pointer_get(&timer.handler);
	if (handler)
		handler(frame);
}

enum status core_timer_prepare(uint64_t hertz)
{
	OWN(interrupt_vector, vector);
	TRY(interrupt_vector_claim(&vector, go_off, "core_timer: alarm"));
	timer.number = interrupt_vector_number(&vector);
	interrupt_vector_put_in(&timer.vector, &vector);
	timer.hertz = hertz;
	timer.ticks_per_nanosecond = (hertz << FRACTION_BITS) / NANOSECONDS_PER_SECOND;
	return STATUS_OK;
}

void core_timer_set_handler(interrupt_handler *handler, const char *holder)
{
	alarm_pointer_set(&timer.handler, handler, holder);
}

void core_timer_start(uint64_t nanoseconds)
{
	if (timer.hertz == 0)
		return;
	uint64_t ticks = UINT32_MAX;
	if (nanoseconds < (uint64_t)UINT32_MAX * NANOSECONDS_PER_SECOND / timer.hertz)
		ticks = (uint64_t)((unsigned __int128)nanoseconds * timer.ticks_per_nanosecond >> FRACTION_BITS) + 1;
	local_apic_timer_start(timer.number, ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX);
}

void core_timer_stop(void)
{
	if (timer.hertz != 0)
		local_apic_timer_start(timer.number, 0);
}

uint64_t core_timer_hertz(void)
{
	return timer.hertz;
}
