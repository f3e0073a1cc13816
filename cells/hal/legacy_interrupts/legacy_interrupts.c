#include "cells/hal/legacy_interrupts/legacy_interrupts.h"

#include "cells/hal/port_io/port_io.h"

enum {
	FIRST_COMMAND = 0x20,
	FIRST_DATA = 0x21,
	SECOND_COMMAND = 0xA0,
	SECOND_DATA = 0xA1,
	BEGIN = 0x11,        // initialisation, with a fourth word, cascaded
	SECOND_IS_AT_2 = 4,  // a bit for each line of the first
	SECOND_IDENTITY = 2, // the number of that line
	MODE_8086 = 1,
	ALL_LINES = 0xFF,
	LINES_OF_ONE = 8,
};

void legacy_interrupts_silence(void)
{
	port_io_write_u8(FIRST_COMMAND, BEGIN);
	port_io_write_u8(SECOND_COMMAND, BEGIN);
	port_io_write_u8(FIRST_DATA, LEGACY_INTERRUPTS_FIRST_VECTOR);
	port_io_write_u8(SECOND_DATA, LEGACY_INTERRUPTS_FIRST_VECTOR + LINES_OF_ONE);
	port_io_write_u8(FIRST_DATA, SECOND_IS_AT_2);
	port_io_write_u8(SECOND_DATA, SECOND_IDENTITY);
	port_io_write_u8(FIRST_DATA, MODE_8086);
	port_io_write_u8(SECOND_DATA, MODE_8086);
	port_io_write_u8(FIRST_DATA, ALL_LINES);
	port_io_write_u8(SECOND_DATA, ALL_LINES);
}
