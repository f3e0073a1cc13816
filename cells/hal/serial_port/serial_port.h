// The serial ports COM1 and COM2 (a 16550 UART each), polled.
//
// Nothing is buffered but by the device itself. Who writes to a port while someone else does gets mixed characters: a
// port has one user, or a lock of its users.
//
// Context: no allocation, no lock, no interrupt; callable from anywhere, from a crash report too. Writing waits for the
// device; if it does not get ready for some seconds, the rest of what was to be written is lost.
// Source: National Semiconductor PC16550D data sheet, section 8 (registers).
#pragma once

#include <stdbool.h>

#include "cells/base/intralingual/intralingual.h"
#include "cells/base/text/text.h"

enum serial_port_id {
	SERIAL_PORT_COM1,
	SERIAL_PORT_COM2,
};

#ifdef __cplusplus
extern "C" {
#endif

// Sets the port up: 115200 baud, 8 data bits, no parity, 1 stop bit, FIFOs on, interrupts off.
// STATUS_NO_DEVICE: nothing answers there. STATUS_BAD_ARGUMENT: no such port.
MUST_USE enum status serial_port_open(enum serial_port_id port);

// Writes the characters as they are, but "\n" as "\r\n".
void serial_port_write(enum serial_port_id port, struct text characters);

// Writes the characters as they are.
void serial_port_write_raw(enum serial_port_id port, struct text characters);

// Takes one received character; false if there is none.
bool serial_port_read(enum serial_port_id port, char *character);

#ifdef __cplusplus
}
#endif
