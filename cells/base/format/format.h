// printf-style formatting of numbers and strings into a buffer.
//
// Known: %d %i %u %x %X %o %c %s %p %%, with the flags - 0 + space #, width and precision (numbers or *), and the
// lengths hh h l ll z t j. An unknown directive is copied as it stands. No floating point, no %n.
//
// Context: pure; no allocation, no lock; callable from anywhere, from a panic too.
// Source: ISO/IEC 9899:2024, 7.23.6.1 (the fprintf function).
#pragma once

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Writes at most `capacity` bytes, the terminating zero included, and returns the length that the whole text has (as
// snprintf does). With capacity 0 nothing is written.
__attribute__((format(printf, 3, 4))) size_t format_text(char *buffer, size_t capacity, const char *format, ...);
__attribute__((format(printf, 3, 0))) size_t format_text_list(
	char *buffer, size_t capacity, const char *format, va_list arguments);

#ifdef __cplusplus
}
#endif
