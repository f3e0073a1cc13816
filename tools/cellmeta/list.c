#include "tools/cellmeta/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
	if (!memory) {
		fputs("error: out of memory\n", stderr);
		exit(70);
	}
	return memory;
}

void *list_allocate(size_t size_bytes)
{
	return checked(calloc(1, size_bytes ? size_bytes : 1));
}

void *list_grow(void *items, size_t count, size_t *capacity, size_t element_size_bytes)
{
	if (count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 16;
		items = checked(realloc(items, *capacity * element_size_bytes));
	}
	memset((char *)items + count * element_size_bytes, 0, element_size_bytes);
	return items;
}

char *list_copy_characters(const char *text, size_t length)
{
	char *copy = list_allocate(length + 1);
	memcpy(copy, text, length);
	return copy;
}

char *list_copy_text(const char *text)
{
	return list_copy_characters(text, strlen(text));
}

char *list_format_arguments(const char *format, va_list arguments)
{
	char *text = nullptr;
	if (vasprintf(&text, format, arguments) < 0)
		text = nullptr;
	return checked(text);
}

char *list_format(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = list_format_arguments(format, arguments);
	va_end(arguments);
	return text;
}

void text_buffer_add(struct text_buffer *buffer, const char *text)
{
	size_t length = strlen(text);
	if (buffer->length + length + 1 > buffer->capacity) {
		buffer->capacity = (buffer->length + length + 1) * 2;
		buffer->characters = checked(realloc(buffer->characters, buffer->capacity));
	}
	memcpy(buffer->characters + buffer->length, text, length + 1);
	buffer->length += length;
}

void text_buffer_format(struct text_buffer *buffer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = list_format_arguments(format, arguments);
	va_end(arguments);
	text_buffer_add(buffer, text);
	free(text);
}
