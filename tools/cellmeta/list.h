// Growing lists and texts for the host tools.
//
// The tools run once and end, so nothing is given back; running out of memory ends the program.
#pragma once

#include <stdarg.h>
#include <stddef.h>

// A list of T: LIST(struct finding) findings = {};
#define LIST(T)                                                                                                        \
	struct {                                                                                                       \
		T *items;                                                                                              \
		size_t count;                                                                                          \
		size_t capacity;                                                                                       \
	}

// Makes room for one more element, zeroed, and gives a pointer to it, valid until the next LIST_ADD.
#define LIST_ADD(list)                                                                                                 \
	((list)->items = list_grow((list)->items, (list)->count, &(list)->capacity, sizeof *(list)->items),            \
		&(list)->items[(list)->count++])

#ifdef __cplusplus
extern "C" {
#endif

// Zeroed memory that is there for sure.
void *list_allocate(size_t size_bytes);

// `items`, moved if need be, with room for and zeros in element `count`.
void *list_grow(void *items, size_t count, size_t *capacity, size_t element_size_bytes);

// A copy of the string, or of its first `length` characters.
char *list_copy_text(const char *text);
char *list_copy_characters(const char *text, size_t length);

// A text made as by printf.
__attribute__((format(printf, 1, 2))) char *list_format(const char *format, ...);
__attribute__((format(printf, 1, 0))) char *list_format_arguments(const char *format, va_list arguments);

// A text that grows: begins as {}, always zero-terminated once something was added.
struct text_buffer {
	char *characters;
	size_t length;
	size_t capacity;
};

void text_buffer_add(struct text_buffer *buffer, const char *text);
__attribute__((format(printf, 2, 3))) void text_buffer_format(struct text_buffer *buffer, const char *format, ...);

#ifdef __cplusplus
}
#endif
