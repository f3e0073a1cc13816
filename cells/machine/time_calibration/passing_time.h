// For tests: the old timer, the local APIC's and the time stamps, which agree about how time passes.
#pragma once

#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"
#include "cells/memory/page_table/page_table.h"

// Time, which passes with each access of the old timer's ports; all counters follow it.
struct PassingTime {
	double seconds = 0, started = 0, per_access = 1e-6, stall_at = 1e9, stall = 0;
	double timestamp_hertz = 2.5e9, timer_hertz = 62.5e6;
	uint32_t latched = 0;
	unsigned next_byte = 0;
	bool stands_still = false;

	void Pass()
	{
		seconds += per_access;
		if (seconds > stall_at) {
			seconds += stall;
			stall_at = 1e9;
		}
		processor_host()->timestamp = uint64_t(seconds * timestamp_hertz);
		*static_cast<uint32_t *>(page_table_host_physical({0xFEE00390}, 4)) =
			UINT32_MAX - uint32_t(uint64_t((seconds - started) * timer_hertz));
	}

	uint32_t Count() const
	{
		return stands_still ? 0xFFFF : 0xFFFF - uint32_t(uint64_t((seconds - started) * 1193182) & 0xFFFF);
	}

	static uint32_t Read(void *context, uint16_t port, unsigned)
	{
		auto *time = static_cast<PassingTime *>(context);
		time->Pass();
		return port == 0x42 ? time->latched >> 8 * (time->next_byte++ % 2) & 0xFF : 0;
	}

	static void Write(void *context, uint16_t port, unsigned, uint32_t value)
	{
		auto *time = static_cast<PassingTime *>(context);
		time->Pass();
		if (port == 0x43 && (value >> 4 & 3) == 0) {
			time->latched = time->Count();
			time->next_byte = 0;
		} else if (port == 0x43) {
			time->started = time->seconds;
		}
	}

	void Connect()
	{
		port_io_host_connect(this, Read, Write);
	}
};
