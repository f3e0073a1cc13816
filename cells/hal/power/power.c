#include "cells/hal/power/power.h"

#include "cells/hal/debug_exit/debug_exit.h"
#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"
#include "cells/hal/ps2_controller/ps2_controller.h"

enum {
	PORT_PM1A_CONTROL = 0x604,
	PORT_PM1A_CONTROL_OLD = 0xB004,
	PM1A_SLEEP_TYPE_OFF = 0 << 10, // QEMU's \_S5
	PM1A_SLEEP_ENABLE = 1 << 13,

	PORT_RESET_CONTROL = 0xCF9,
	RESET_SYSTEM = 1 << 1,
	RESET_PROCESSOR = 1 << 2, // its rising edge starts the reset

	WAITS = 100000, // for a reset that is on its way: some milliseconds at least
};

static void wait(void)
{
	for (int i = 0; i < WAITS; i++)
		processor_pause();
}

void power_off(void)
{
	port_io_write_u16(PORT_PM1A_CONTROL, PM1A_SLEEP_TYPE_OFF | PM1A_SLEEP_ENABLE);
	port_io_write_u16(PORT_PM1A_CONTROL_OLD, PM1A_SLEEP_TYPE_OFF | PM1A_SLEEP_ENABLE);
	wait();
	debug_exit(DEBUG_EXIT_OK);
}

void power_reset(void)
{
	ps2_controller_pulse_reset();
	wait();
	port_io_write_u8(PORT_RESET_CONTROL, RESET_SYSTEM);
	port_io_write_u8(PORT_RESET_CONTROL, RESET_SYSTEM | RESET_PROCESSOR);
	wait();
	processor_halt_forever();
}
