// A pool of strings, each kept once and known by a small number.
//
// Numbers are given out from 0 on without gaps (0 is the empty string), so that a map from strings to anything is a
// plain array. A graph of a million symbols names each of them several times; comparing numbers is what makes it quick.
//
// Context: host only; allocates.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct strings {
	char *bytes; // all strings, each with its terminating zero
	size_t size_bytes, capacity_bytes;
	uint32_t *starts; // where string i begins in `bytes`
	size_t count, capacity;
	uint64_t *table;   // open addressing; 32 bits of the hash and string number + 1, or 0
	size_t table_size; // a power of two
};

void strings_init(struct strings *strings);
void strings_free(struct strings *strings);

// The number of the string of `length` bytes at `start`, which is added if it is new. A zero byte ends it early. The
// pool holds 4 GiB; a program that needs more stops with status 70.
uint32_t strings_add(struct strings *strings, const char *start, size_t length);

// The number of a string that may not be there: UINT32_MAX then.
uint32_t strings_find(const struct strings *strings, const char *string);

// Zero-terminated. Good until the next strings_add.
const char *strings_get(const struct strings *strings, uint32_t number);

#ifdef __cplusplus
}
#endif
