#include "tools/depgraph/array.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_OUT_OF_MEMORY = 70 };

static _Noreturn void out_of_memory(size_t size_bytes)
{
	fprintf(stderr, "depgraph: no memory for %zu bytes\n", size_bytes);
	exit(EXIT_OUT_OF_MEMORY);
}

void *array_allocate(size_t count, size_t element_bytes)
{
	void *array = calloc(count ? count : 1, element_bytes);
	if (!array)
		out_of_memory(count * element_bytes);
	return array;
}

void *array_make_room(void *array, size_t count, size_t *capacity, size_t element_bytes)
{
	if (count >= *capacity) {
		size_t wanted = *capacity < 8 ? 8 : *capacity + *capacity / 2;
		if (wanted > SIZE_MAX / element_bytes)
			out_of_memory(SIZE_MAX);
		array = realloc(array, wanted * element_bytes);
		if (!array)
			out_of_memory(wanted * element_bytes);
		*capacity = wanted;
	}
	memset((char *)array + count * element_bytes, 0, element_bytes);
	return array;
}
