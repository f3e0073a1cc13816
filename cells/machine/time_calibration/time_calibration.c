#include "cells/machine/time_calibration/time_calibration.h"

#include "cells/hal/interval_timer/interval_timer.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/machine/precision_timer/precision_timer.h"

enum {
	PARTS_OF_A_SECOND_PRECISE = 1000, // the interval
	PARTS_OF_A_SECOND_OLD = 100,
	READINGS = 8,
	PATIENCE = 20000000, // readings of a timer before it counts as dead
	MEASUREMENTS = 6,    // until two agree
	AGREEMENT_PARTS = 200,
};

struct reference {
	bool precise;
	uint64_t hertz;
	uint64_t mask;
	uint64_t interval;
};

// What the three counters were at one instant.
struct sample {
	uint64_t reference;
	uint64_t timestamp;
	uint32_t timer;
};

static uint64_t reference_ticks(const struct reference *reference)
{
	return reference->precise ? precision_timer_ticks() : interval_timer_ticks();
}

static struct sample take_sample(const struct reference *reference)
{
	struct sample best = {};
	uint64_t least = UINT64_MAX;
	for (unsigned i = 0; i < READINGS; i++) {
		uint64_t before = processor_timestamp();
		uint64_t ticks = reference_ticks(reference);
		uint32_t timer = local_apic_timer_remaining();
		uint64_t took = processor_timestamp() - before;
		if (took >= least)
			continue;
		least = took;
		best = (struct sample){ticks, before + took / 2, timer};
	}
	return best;
}

static enum status wait_for_interval(const struct reference *reference, uint64_t since, struct diagnosis *why)
{
	for (unsigned patience = PATIENCE; patience > 0; patience--)
		if (((reference_ticks(reference) - since) & reference->mask) >= reference->interval)
			return STATUS_OK;
	return diagnosis_set(why, STATUS_NO_DEVICE, "the %s stands still", reference->precise ? "HPET" : "PIT");
}

static enum status measure(
	const struct reference *reference, struct time_calibration *calibration, struct diagnosis *why)
{
	if (!reference->precise)
		interval_timer_start();
	local_apic_timer_start(LOCAL_APIC_SPURIOUS_VECTOR, UINT32_MAX);
	struct sample first = take_sample(reference);
	enum status status = wait_for_interval(reference, first.reference, why);
	struct sample last = take_sample(reference);
	local_apic_timer_start(LOCAL_APIC_SPURIOUS_VECTOR, 0);
	if (!reference->precise)
		interval_timer_stop();
	if (status)
		return status;
	uint64_t ticks = (last.reference - first.reference) & reference->mask;
	calibration->timestamp_hertz = (last.timestamp - first.timestamp) * reference->hertz / ticks;
	calibration->timer_hertz = (uint64_t)(first.timer - last.timer) * reference->hertz / ticks;
	if (calibration->timestamp_hertz == 0 || calibration->timer_hertz == 0)
		return diagnosis_set(why, STATUS_NO_DEVICE, "the time stamps or the local APIC's timer stand still");
	return STATUS_OK;
}

static bool agree(uint64_t a, uint64_t b)
{
	uint64_t difference = a < b ? b - a : a - b;
	return difference <= a / AGREEMENT_PARTS;
}

enum status time_calibration_run(bool by_precision_timer, struct time_calibration *calibration, struct diagnosis *why)
{
	struct reference reference = {
		.precise = by_precision_timer,
		.hertz = by_precision_timer ? precision_timer_hertz() : INTERVAL_TIMER_HERTZ,
		.mask = by_precision_timer ? precision_timer_mask() : UINT16_MAX,
	};
	reference.interval = reference.hertz / (by_precision_timer ? PARTS_OF_A_SECOND_PRECISE : PARTS_OF_A_SECOND_OLD);
	struct time_calibration before = {};
	for (unsigned i = 0; i < MEASUREMENTS; i++) {
		struct time_calibration now = {};
		TRY(measure(&reference, &now, why));
		*calibration = now;
		if (by_precision_timer || (agree(now.timestamp_hertz, before.timestamp_hertz) &&
						  agree(now.timer_hertz, before.timer_hertz)))
			return STATUS_OK;
		before = now;
	}
	return diagnosis_set(why, STATUS_NO_DEVICE, "no two measurements of the time stamps agree");
}
