#include "cells/console/console/console.h"

#include <stdarg.h>

#include "cells/base/format/format.h"
#include "cells/base/status/status.h"
#include "cells/boot/boot_information/boot_information.h"
#include "cells/console/keyboard/keyboard.h"
#include "cells/console/screen/screen.h"
#include "cells/console/terminal_input/terminal_input.h"
#include "cells/diagnostics/log/log.h"
#include "cells/hal/serial_port/serial_port.h"
#include "cells/sync/spinlock/spinlock.h"

enum {
	SERIAL_COLUMNS = 80,
	// So many empty readings after ESC: it was the key, not the start of a sequence. About a second; an emulator
	// that has little of its host's time may well keep the rest of a sequence back for some hundredths.
	POLLS_OF_A_PAUSE = 1000000,
};

// What comes in on a serial line.
struct line_in {
	struct terminal_input input;
	struct key waiting; // two keys came at once
	bool is_waiting;
	unsigned idle_polls;
};

static CELL_STATE_ZERO struct {
	struct spinlock lock;
	unsigned devices GUARDED_BY(&lock);
	struct line_in com1 GUARDED_BY(&lock);
	struct line_in com2 GUARDED_BY(&lock);
} console;

// ------------------------------------------------------------------------------------------------ opening

static bool open_screen(void)
{
	const struct boot_information *information = boot_information_get();
	struct boot_framebuffer unknown = {};
	enum status status = screen_open(information ? &information->framebuffer : &unknown);
	if (status == STATUS_OK || status == STATUS_EXISTS)
		return true;
	LOG_WARNING("the screen stays dark: %s", status_name(status));
	return false;
}

static unsigned open_one(enum console_device device)
{
	bool is_there = false;
	switch (device) {
	case CONSOLE_COM1:
		is_there = serial_port_open(SERIAL_PORT_COM1) == STATUS_OK;
		break;
	case CONSOLE_COM2:
		is_there = serial_port_open(SERIAL_PORT_COM2) == STATUS_OK;
		break;
	case CONSOLE_SCREEN:
		is_there = open_screen();
		break;
	case CONSOLE_KEYBOARD:
		is_there = keyboard_open() == STATUS_OK;
		break;
	case CONSOLE_ALL:
		break;
	}
	return is_there ? device : 0;
}

unsigned console_open(unsigned devices)
{
	unsigned open = 0;
	for (unsigned device = CONSOLE_COM1; device <= CONSOLE_KEYBOARD; device <<= 1) {
		if ((devices & device) != 0)
			open |= open_one((enum console_device)device);
	}
	if ((open & CONSOLE_SCREEN) == 0)
		screen_close();
	GUARD(&console.lock);
	console.devices = open;
	console.com1 = (struct line_in){};
	console.com2 = (struct line_in){};
	return open;
}

// ------------------------------------------------------------------------------------------------ output

void console_write(struct text characters)
{
	GUARD(&console.lock);
	if ((console.devices & CONSOLE_COM1) != 0)
		serial_port_write(SERIAL_PORT_COM1, characters);
	if ((console.devices & CONSOLE_COM2) != 0)
		serial_port_write_raw(SERIAL_PORT_COM2, characters);
	if ((console.devices & CONSOLE_SCREEN) != 0)
		screen_write(characters);
}

void console_print(const char *format, ...)
{
	char characters[CONSOLE_PRINT_CAPACITY];
	va_list arguments;
	va_start(arguments, format);
	format_text_list(characters, sizeof characters, format, arguments);
	va_end(arguments);
	console_write(text_from_array(characters, sizeof characters));
}

size_t console_columns(void)
{
	GUARD(&console.lock);
	size_t columns = (console.devices & CONSOLE_SCREEN) != 0 ? screen_columns() : SERIAL_COLUMNS;
	bool has_serial = (console.devices & (CONSOLE_COM1 | CONSOLE_COM2)) != 0;
	return has_serial && columns > SERIAL_COLUMNS ? SERIAL_COLUMNS : columns;
}

static void show_log_line(void *context, struct text line)
{
	(void)context;
	// A line about a crash while the screen is drawn must not wait for the drawing to end: it never would.
	if (!screen_is_busy())
		screen_write(line);
}

void console_show_log_on_screen(void)
{
	enum status status = log_add_sink(show_log_line, NULL);
	if (status != STATUS_OK && status != STATUS_EXISTS)
		LOG_WARNING("the log is not shown on the screen: %s", status_name(status));
}

// ------------------------------------------------------------------------------------------------ input

static bool take_waiting(struct line_in *line, struct key *key)
{
	if (!line->is_waiting)
		return false;
	line->is_waiting = false;
	*key = line->waiting;
	return true;
}

static bool read_line_in(struct line_in *line, enum serial_port_id port, struct key *key)
{
	if (take_waiting(line, key))
		return true;
	char byte = '\0';
	while (serial_port_read(port, &byte)) {
		line->idle_polls = 0;
		struct key keys[2];
		size_t count = terminal_input_take(&line->input, (unsigned char)byte, &keys);
		if (count == 0)
			continue;
		line->is_waiting = count == 2;
		line->waiting = AT(keys, 1);
		*key = AT(keys, 0);
		return true;
	}
	if (line->idle_polls <= POLLS_OF_A_PAUSE)
		line->idle_polls++;
	return line->idle_polls == POLLS_OF_A_PAUSE && terminal_input_pause(&line->input, key);
}

bool console_read_key(struct key *key)
{
	GUARD(&console.lock);
	if ((console.devices & CONSOLE_COM1) != 0 && read_line_in(&console.com1, SERIAL_PORT_COM1, key))
		return true;
	if ((console.devices & CONSOLE_COM2) != 0 && read_line_in(&console.com2, SERIAL_PORT_COM2, key))
		return true;
	return (console.devices & CONSOLE_KEYBOARD) != 0 && keyboard_read(key);
}
