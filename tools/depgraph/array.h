// Growing arrays for a program that gives up when memory runs out.
//
// depgraph holds one graph and ends; it has nothing better to do without memory than to say so and stop with status 70
// (EX_SOFTWARE of sysexits.h). So nothing here returns a null pointer.
//
// Context: host only; allocates.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Appends one element, zeroed, to `array` (a pointer variable) and yields a pointer to it. The pointer is good until
// the next call.
#define ARRAY_ADD(array, count, capacity)                                                                              \
	((array) = array_make_room((array), (count), &(capacity), sizeof *(array)), (count)++, &(array)[(count)-1])

// `count` zeroed elements. Free with free().
#define ARRAY_NEW(type, count) ((type *)array_allocate((count), sizeof(type)))

void *array_allocate(size_t count, size_t element_bytes);

// Makes room for the element of index `count` and zeroes it. Returns the array, which may have moved.
void *array_make_room(void *array, size_t count, size_t *capacity, size_t element_bytes);

#ifdef __cplusplus
}
#endif
