#include "tools/cellmeta/list.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Every block is kept in one chain, from which it can still be reached when the program ends: what a leak checker then
// reports was lost by someone else.
struct block {
	struct block *before;
	max_align_t memory[];
};

static struct block *blocks;

static __attribute__((noreturn)) void out_of_memory(void)
{
	fputs("error: out of memory\n", stderr);
	exit(70);
}

void *list_allocate(size_t size_bytes)
{
	struct block *block = calloc(1, sizeof *block + size_bytes);
	if (!block)
		out_of_memory();
	block->before = blocks;
	blocks = block;
	return block->memory;
}

void *list_grow(void *items, size_t count, size_t *capacity, size_t element_size_bytes)
{
	if (count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 16;
		void *larger = list_allocate(*capacity * element_size_bytes);
		if (count)
			memcpy(larger, items, count * element_size_bytes);
		items = larger;
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
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(nullptr, 0, format, again);
	va_end(again);
	if (length < 0)
		out_of_memory();
	char *text = list_allocate((size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	return text;
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
		char *larger = list_allocate(buffer->capacity);
		if (buffer->length)
			memcpy(larger, buffer->characters, buffer->length);
		buffer->characters = larger;
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
}
