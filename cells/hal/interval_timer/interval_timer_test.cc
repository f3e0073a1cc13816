#include "cells/hal/interval_timer/interval_timer.h"

#include <gtest/gtest.h>

#include "cells/hal/port_io/port_io.h"

namespace
{

// The third counter of an 8254 behind its gate.
struct Timer {
	uint32_t gate = 0x22, count = 0, latched = 0;
	unsigned next_byte = 0;
	bool counting = false;
};

uint32_t Read(void *context, uint16_t port, unsigned)
{
	auto *timer = static_cast<Timer *>(context);
	if (port == 0x61)
		return timer->gate;
	EXPECT_EQ(port, 0x42);
	return timer->latched >> 8 * (timer->next_byte++ % 2) & 0xFF;
}

void Write(void *context, uint16_t port, unsigned, uint32_t value)
{
	auto *timer = static_cast<Timer *>(context);
	switch (port) {
	case 0x61:
		timer->gate = value;
		timer->counting = (value & 3) == 1;
		break;
	case 0x43:
		EXPECT_EQ(value >> 6, 2u) << "another counter is touched";
		timer->next_byte = 0;
		if ((value >> 4 & 3) == 0)
			timer->latched = timer->count;
		break;
	case 0x42:
		timer->count = timer->next_byte++ % 2 ? (timer->count & 0xFF) | value << 8 : value;
		break;
	default:
		ADD_FAILURE() << port;
	}
}

TEST(IntervalTimer, CountsUpFromItsStart)
{
	Timer timer;
	port_io_host_connect(&timer, Read, Write);
	interval_timer_start();
	EXPECT_TRUE(timer.counting) << "the gate is open, and the speaker silent";
	EXPECT_EQ(interval_timer_ticks(), 0);
	timer.count -= 1000;
	EXPECT_EQ(interval_timer_ticks(), 1000);
	timer.count = 0;
	EXPECT_EQ(interval_timer_ticks(), 65535);
	interval_timer_stop();
	EXPECT_EQ(timer.gate, 0x22u) << "as it was";
	port_io_host_connect(nullptr, nullptr, nullptr);
}

} // namespace
