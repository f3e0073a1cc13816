// The host's panic: an exception, so that a test sees the message and every clean-up on the way. No handler can replace
// it.
#include <cstdio>
#include <stdexcept>

#include "cells/base/panic/panic.h"

void panic_set_handler(panic_handler *)
{
}

panic_handler **panic_handler_word(void)
{
	static panic_handler *none;
	return &none;
}

void panic(const char *format, ...)
{
	char message[512];
	va_list arguments;
	va_start(arguments, format);
	std::vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	throw std::runtime_error(message);
}
