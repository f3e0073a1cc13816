#include "cells/machine/clock/clock.h"

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/panic/panic.h"
#include "cells/hal/processor/processor.h"

#define NANOSECONDS_PER_SECOND 1000000000ull

enum { FRACTION_BITS = 32 };

static CELL_STATE_ZERO struct {
	uint64_t hertz;
	uint64_t beginning;
	uint64_t nanoseconds_per_tick; // with FRACTION_BITS bits behind the point
	uint64_t last;                 // the latest reading, kept only when cores disagree
	bool cores_disagree;
} clock;

void clock_start(uint64_t hertz, uint64_t beginning)
{
	if (hertz == 0)
		panic("clock: the time stamps stand still");
	clock.hertz = hertz;
	clock.beginning = beginning;
	clock.nanoseconds_per_tick = (NANOSECONDS_PER_SECOND << FRACTION_BITS) / hertz;
}

uint64_t clock_hertz(void)
{
	return clock.hertz;
}

uint64_t clock_nanoseconds_at(uint64_t timestamp)
{
	uint64_t ticks = timestamp - clock.beginning;
	if (ticks >> 63)
		return 0;
	return (uint64_t)((unsigned __int128)ticks * clock.nanoseconds_per_tick >> FRACTION_BITS);
}

// The larger of the reading and the latest one, which it may become.
static uint64_t not_before_the_last(uint64_t now)
{
	uint64_t last = __atomic_load_n(&clock.last, __ATOMIC_ACQUIRE);
	while (now > last) {
		if (__atomic_compare_exchange_n(&clock.last, &last, now, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return now;
	}
	return last;
}

uint64_t clock_nanoseconds(void)
{
	uint64_t now = clock_nanoseconds_at(processor_timestamp());
	if (__builtin_expect(__atomic_load_n(&clock.cores_disagree, __ATOMIC_RELAXED), 0))
		return not_before_the_last(now);
	return now;
}

bool clock_compare(uint64_t before, uint64_t there, uint64_t after)
{
	if (before <= there && there <= after)
		return true;
	__atomic_store_n(&clock.cores_disagree, true, __ATOMIC_RELAXED);
	return false;
}
