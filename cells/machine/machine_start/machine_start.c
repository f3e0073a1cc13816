#include "cells/machine/machine_start/machine_start.h"

#include "cells/boot/boot_information/boot_information.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/legacy_interrupts/legacy_interrupts.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/clock/clock.h"
#include "cells/machine/core_timer/core_timer.h"
#include "cells/machine/interrupt_vector/interrupt_vector.h"
#include "cells/machine/local_apic/local_apic.h"
#include "cells/machine/precision_timer/precision_timer.h"
#include "cells/machine/time_calibration/time_calibration.h"

static CELL_STATE_ZERO struct {
	struct acpi_tables tables;
	bool has_interrupts;
} machine;

// False: the reason is in the log.
static bool went_well(enum status status, const struct diagnosis *why, const char *otherwise)
{
	if (status)
		LOG_WARNING("%s%s%s: %s", status_name(status), why->message[0] ? ": " : "", why->message, otherwise);
	return !status;
}

static void read_tables(void)
{
	struct diagnosis why = {};
	if (!went_well(acpi_tables_read(&machine.tables, &why), &why, "there is one core"))
		return;
	LOG_INFO("ACPI: %zu cores, %zu I/O APICs, %s", machine.tables.core_count, machine.tables.io_apic_count,
		machine.tables.has_hpet ? "an HPET" : "no HPET");
}

static bool start_precision_timer(void)
{
	struct diagnosis why = {};
	return machine.tables.has_hpet && went_well(precision_timer_start(machine.tables.hpet_address, &why), &why,
						  "the PIT is used in its place");
}

static bool measure_time(struct time_calibration *calibration)
{
	struct diagnosis why = {};
	if (start_precision_timer() &&
		went_well(time_calibration_run(true, calibration, &why), &why, "the PIT is used in its place"))
		return true;
	why = (struct diagnosis){};
	return went_well(time_calibration_run(false, calibration, &why), &why, "there are no clock and no alarms");
}

void machine_start(void)
{
	struct diagnosis why = {};
	struct time_calibration calibration = {};
	read_tables();
	legacy_interrupts_silence();
	if (!went_well(local_apic_start(&why), &why, "there are no interrupts"))
		return;
	interrupt_vector_start();
	if (!measure_time(&calibration))
		return;
	const struct boot_information *information = boot_information_get();
	clock_start(calibration.timestamp_hertz, information ? information->start_ticks : processor_timestamp());
	if (!went_well(core_timer_prepare(calibration.timer_hertz), &why, "there are no alarms"))
		return;
	machine.has_interrupts = true;
	LOG_INFO("time stamps count at %llu kHz, alarms at %llu kHz",
		(unsigned long long)calibration.timestamp_hertz / 1000,
		(unsigned long long)calibration.timer_hertz / 1000);
}

bool machine_start_has_interrupts(void)
{
	return machine.has_interrupts;
}

const struct acpi_tables *machine_start_tables(void)
{
	return &machine.tables;
}
