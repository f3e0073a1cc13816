#include "cells/hal/debug_exit/debug_exit.h"

#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"

enum { DEBUG_EXIT_PORT = 0xF4 };

void debug_exit(uint8_t value)
{
	port_io_write_u8(DEBUG_EXIT_PORT, value);
	processor_halt_forever();
}
