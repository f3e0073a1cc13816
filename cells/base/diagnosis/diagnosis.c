#include "cells/base/diagnosis/diagnosis.h"

#include <stdarg.h>

#include "cells/base/format/format.h"

enum status diagnosis_set(struct diagnosis *why, enum status status, const char *format, ...)
{
	if (!why || AT(why->message, 0) != '\0')
		return status;
	va_list arguments;
	va_start(arguments, format);
	size_t length = format_text_list(why->message, sizeof why->message, format, arguments);
	va_end(arguments);
	if (length >= sizeof why->message) {
		for (size_t i = 0; i < 3; i++)
			AT(why->message, sizeof why->message - 4 + i) = '.';
	}
	return status;
}
