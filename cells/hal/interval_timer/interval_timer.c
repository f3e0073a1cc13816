#include "cells/hal/interval_timer/interval_timer.h"

#include "cells/base/intralingual/intralingual.h"
#include "cells/hal/port_io/port_io.h"

enum {
	COUNTER = 0x42,
	CONTROL = 0x43,
	GATE = 0x61,
	GATE_COUNTS = 1,
	GATE_SPEAKER = 2,
	FREE_RUNNING = 0xB4, // the third counter, low byte then high byte, rate generator
	LATCH = 0x80,        // of the third counter
	FIRST = 0xFFFF,
};

static CELL_STATE_ZERO struct {
	uint8_t gate_before;
} timer;

void interval_timer_start(void)
{
	timer.gate_before = port_io_read_u8(GATE);
	port_io_write_u8(GATE, (uint8_t)((timer.gate_before & ~GATE_SPEAKER) | GATE_COUNTS));
	port_io_write_u8(CONTROL, FREE_RUNNING);
	port_io_write_u8(COUNTER, FIRST & 0xFF);
	port_io_write_u8(COUNTER, FIRST >> 8);
}

uint16_t interval_timer_ticks(void)
{
	port_io_write_u8(CONTROL, LATCH);
	uint16_t low = port_io_read_u8(COUNTER);
	uint16_t high = port_io_read_u8(COUNTER);
	return (uint16_t)(FIRST - (low | high << 8));
}

void interval_timer_stop(void)
{
	port_io_write_u8(GATE, timer.gate_before);
}
