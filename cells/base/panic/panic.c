#include "cells/base/panic/panic.h"

// This cell lies below the dialect, whose checks panic: hence CELL_STATE_ZERO by hand.
static __attribute__((section(".bss.cell_state"), used)) panic_handler *installed;

void panic_set_handler(panic_handler *handler)
{
	installed = handler;
}

panic_handler **panic_handler_word(void)
{
	return &installed;
}

void panic(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	if (installed)
		installed(format, arguments);
	va_end(arguments);
	for (;;)
		__asm__ volatile("cli; hlt");
}
