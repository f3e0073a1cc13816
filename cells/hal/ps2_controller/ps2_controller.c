#include "cells/hal/ps2_controller/ps2_controller.h"

#include "cells/hal/port_io/port_io.h"

enum {
	PORT_DATA = 0x60,
	PORT_STATUS = 0x64,  // reading
	PORT_COMMAND = 0x64, // writing

	STATUS_BIT_OUTPUT_FULL = 1 << 0, // a byte can be read
	STATUS_BIT_INPUT_FULL = 1 << 1,  // the controller has not taken the last byte yet
	STATUS_BIT_FROM_MOUSE = 1 << 5,
	STATUS_NOBODY = 0xFF, // what an unused port reads as

	COMMAND_READ_SETTINGS = 0x20,
	COMMAND_WRITE_SETTINGS = 0x60,
	COMMAND_KEYBOARD_OFF = 0xAD,
	COMMAND_KEYBOARD_ON = 0xAE,
	COMMAND_PULSE_RESET = 0xFE,

	SETTING_INTERRUPTS = 1 << 0 | 1 << 1,
	SETTING_KEYBOARD_OFF = 1 << 4,
	SETTING_TRANSLATES = 1 << 6,

	TRIES = 20000, // an access takes about a microsecond
	BYTES_HELD_MAX = 32,
};

static bool wait_until_taken(void)
{
	for (int i = 0; i < TRIES; i++) {
		if ((port_io_read_u8(PORT_STATUS) & STATUS_BIT_INPUT_FULL) == 0)
			return true;
	}
	return false;
}

static bool wait_for_byte(uint8_t *byte)
{
	for (int i = 0; i < TRIES; i++) {
		if ((port_io_read_u8(PORT_STATUS) & STATUS_BIT_OUTPUT_FULL) != 0) {
			*byte = port_io_read_u8(PORT_DATA);
			return true;
		}
	}
	return false;
}

static bool command(uint8_t value)
{
	if (!wait_until_taken())
		return false;
	port_io_write_u8(PORT_COMMAND, value);
	return true;
}

static void drop_what_is_held(void)
{
	for (int i = 0; i < BYTES_HELD_MAX; i++) {
		if ((port_io_read_u8(PORT_STATUS) & STATUS_BIT_OUTPUT_FULL) == 0)
			return;
		(void)port_io_read_u8(PORT_DATA);
	}
}

enum status ps2_controller_open(bool *translates)
{
	uint8_t settings = 0;
	if (port_io_read_u8(PORT_STATUS) == STATUS_NOBODY)
		return STATUS_NO_DEVICE;
	// While the keyboard is off, nothing it sends can be taken for the controller's answer.
	if (!command(COMMAND_KEYBOARD_OFF))
		return STATUS_NO_DEVICE;
	drop_what_is_held();
	if (!command(COMMAND_READ_SETTINGS) || !wait_for_byte(&settings))
		return STATUS_NO_DEVICE;
	uint8_t wanted = (uint8_t)(settings & ~(SETTING_INTERRUPTS | SETTING_KEYBOARD_OFF));
	if (!command(COMMAND_WRITE_SETTINGS) || !wait_until_taken())
		return STATUS_NO_DEVICE;
	port_io_write_u8(PORT_DATA, wanted);
	if (!command(COMMAND_KEYBOARD_ON))
		return STATUS_NO_DEVICE;
	*translates = (settings & SETTING_TRANSLATES) != 0;
	return STATUS_OK;
}

bool ps2_controller_read(uint8_t *byte)
{
	uint8_t status = port_io_read_u8(PORT_STATUS);
	if (status == STATUS_NOBODY || (status & STATUS_BIT_OUTPUT_FULL) == 0)
		return false;
	uint8_t data = port_io_read_u8(PORT_DATA);
	if ((status & STATUS_BIT_FROM_MOUSE) != 0)
		return false;
	*byte = data;
	return true;
}

void ps2_controller_pulse_reset(void)
{
	if (port_io_read_u8(PORT_STATUS) != STATUS_NOBODY)
		(void)command(COMMAND_PULSE_RESET);
}
