#include "cells/machine/machine_start/machine_start.h"

#include <gtest/gtest.h>

#include <string>

#include "cells/diagnostics/log/log.h"
#include "cells/hal/processor/processor.h"
#include "cells/machine/clock/clock.h"
#include "cells/machine/core_timer/core_timer.h"
#include "cells/machine/time_calibration/passing_time.h"
#include "cells/memory/mapped_pages/mapped_pages.h"

namespace
{

std::string lines;

// A machine without tables and without an APIC goes on, and says what it lacks.
TEST(MachineStart, WhatIsMissingIsSaid)
{
	static const struct frame_region usable = {{0x100000}, 8 << 20};
	ASSERT_EQ(mapped_pages_start({&usable, 1}, {nullptr, 0}), STATUS_OK);
	machine_start();
	EXPECT_FALSE(machine_start_has_interrupts());
	EXPECT_FALSE(machine_start_tables()->has_madt);
	log_for_each([](void *, struct text line) { lines.append(line.start, line.length); }, nullptr);
	EXPECT_NE(lines.find("root pointer: there is one core"), std::string::npos) << lines;
	EXPECT_NE(lines.find("no local APIC: there are no interrupts"), std::string::npos) << lines;
}

// In order: this one stays started. Without an HPET the old timer tells how fast time passes.
TEST(MachineStart, MeasuresTimeByTheOldTimer)
{
	processor_host()->features.edx = 1 << 9;
	processor_write_msr(PROCESSOR_MSR_APIC_BASE, 0xFEE00900);
	PassingTime time;
	time.Connect();
	machine_start();
	port_io_host_connect(nullptr, nullptr, nullptr);
	EXPECT_TRUE(machine_start_has_interrupts());
	EXPECT_NEAR(double(clock_hertz()), 2.5e9, 2.5e7);
	EXPECT_NEAR(double(core_timer_hertz()), 62.5e6, 6.25e5);
}

} // namespace
