#include "tools/cellmeta/findings.h"

#include <stdio.h>

void findings_add(struct findings *findings, const char *where, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *what = list_format_arguments(format, arguments);
	va_end(arguments);
	*LIST_ADD(&findings->lines) = list_format("%s: error: %s", where, what);
}

size_t findings_print(const struct findings *findings)
{
	for (size_t i = 0; i < findings->lines.count; i++)
		fprintf(stderr, "%s\n", findings->lines.items[i]);
	return findings->lines.count;
}
