#include "cells/hal/serial_port/serial_port.h"

#include "cells/hal/port_io/port_io.h"
#include "cells/hal/processor/processor.h"

// Registers, as offsets from the port's base.
enum serial_register {
	REGISTER_DATA = 0,
	REGISTER_INTERRUPT_ENABLE = 1,
	REGISTER_DIVISOR_LOW = 0,  // while LINE_CONTROL_DIVISOR is set
	REGISTER_DIVISOR_HIGH = 1, // likewise
	REGISTER_FIFO_CONTROL = 2,
	REGISTER_LINE_CONTROL = 3,
	REGISTER_MODEM_CONTROL = 4,
	REGISTER_LINE_STATUS = 5,
	REGISTER_SCRATCH = 7,
};

enum {
	FIFO_CONTROL_ENABLE_AND_CLEAR = 0x07,
	LINE_CONTROL_8N1 = 0x03,
	LINE_CONTROL_DIVISOR = 0x80,
	MODEM_CONTROL_READY = 0x03, // data terminal ready, request to send
	LINE_STATUS_RECEIVED = 0x01,
	LINE_STATUS_CAN_SEND = 0x20,
	LINE_STATUS_ABSENT = 0xFF,
	DIVISOR_115200_BAUD = 1,
};

// One reading of a port takes about a microsecond, a full FIFO 1.4 ms. An emulated device is as slow as who reads from
// it.
enum { SEND_ATTEMPTS = 4000000 };

static bool base_of(enum serial_port_id port, uint16_t *base)
{
	switch (port) {
	case SERIAL_PORT_COM1:
		*base = 0x3F8;
		return true;
	case SERIAL_PORT_COM2:
		*base = 0x2F8;
		return true;
	}
	return false;
}

enum status serial_port_open(enum serial_port_id port)
{
	uint16_t base;
	if (!base_of(port, &base))
		return STATUS_BAD_ARGUMENT;

	// What is written to the scratch register stays there, if there is one.
	port_io_write_u8(base + REGISTER_SCRATCH, 0xA5);
	if (port_io_read_u8(base + REGISTER_SCRATCH) != 0xA5)
		return STATUS_NO_DEVICE;

	port_io_write_u8(base + REGISTER_INTERRUPT_ENABLE, 0);
	port_io_write_u8(base + REGISTER_LINE_CONTROL, LINE_CONTROL_DIVISOR);
	port_io_write_u8(base + REGISTER_DIVISOR_LOW, DIVISOR_115200_BAUD);
	port_io_write_u8(base + REGISTER_DIVISOR_HIGH, 0);
	port_io_write_u8(base + REGISTER_LINE_CONTROL, LINE_CONTROL_8N1);
	port_io_write_u8(base + REGISTER_FIFO_CONTROL, FIFO_CONTROL_ENABLE_AND_CLEAR);
	port_io_write_u8(base + REGISTER_MODEM_CONTROL, MODEM_CONTROL_READY);
	return STATUS_OK;
}

static bool send(uint16_t base, char character)
{
	for (unsigned attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
		uint8_t line_status = port_io_read_u8(base + REGISTER_LINE_STATUS);
		if (line_status == LINE_STATUS_ABSENT)
			return false;
		if (line_status & LINE_STATUS_CAN_SEND) {
			port_io_write_u8(base + REGISTER_DATA, (uint8_t)character);
			return true;
		}
		processor_pause();
	}
	return false;
}

void serial_port_write(enum serial_port_id port, struct text characters)
{
	uint16_t base;
	if (!base_of(port, &base))
		return;
	for (size_t i = 0; i < characters.length; i++) {
		char character = text_at(characters, i);
		if (character == '\n' && !send(base, '\r'))
			return;
		if (!send(base, character))
			return;
	}
}

void serial_port_write_raw(enum serial_port_id port, struct text characters)
{
	uint16_t base;
	if (!base_of(port, &base))
		return;
	for (size_t i = 0; i < characters.length; i++)
		if (!send(base, text_at(characters, i)))
			return;
}

bool serial_port_read(enum serial_port_id port, char *character)
{
	uint16_t base;
	if (!base_of(port, &base))
		return false;
	uint8_t line_status = port_io_read_u8(base + REGISTER_LINE_STATUS);
	if (line_status == LINE_STATUS_ABSENT || !(line_status & LINE_STATUS_RECEIVED))
		return false;
	*character = (char)port_io_read_u8(base + REGISTER_DATA);
	return true;
}
