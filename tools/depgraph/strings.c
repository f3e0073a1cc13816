#include "tools/depgraph/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depgraph/array.h"

// FNV-1a, 64 bit (Fowler, Noll, Vo), folded: the low bits index the table.
static size_t hash_of(const char *start, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)start[i]) * 0x100000001b3;
	return hash ^ hash >> 29;
}

void strings_init(struct strings *strings)
{
	*strings = (struct strings){.table_size = 1024};
	strings->table = ARRAY_NEW(uint32_t, strings->table_size);
	strings_add(strings, "", 0);
}

void strings_free(struct strings *strings)
{
	free(strings->bytes);
	free(strings->starts);
	free(strings->table);
	*strings = (struct strings){};
}

const char *strings_get(const struct strings *strings, uint32_t number)
{
	return strings->bytes + strings->starts[number];
}

// The slot that holds the string, or the empty one where it belongs.
static size_t slot_of(const struct strings *strings, const char *start, size_t length)
{
	size_t slot = hash_of(start, length) & (strings->table_size - 1);
	while (strings->table[slot]) {
		const char *there = strings_get(strings, strings->table[slot] - 1);
		if (strncmp(there, start, length) == 0 && there[length] == '\0')
			break;
		slot = (slot + 1) & (strings->table_size - 1);
	}
	return slot;
}

static void double_table(struct strings *strings)
{
	free(strings->table);
	strings->table_size *= 2;
	strings->table = ARRAY_NEW(uint32_t, strings->table_size);
	for (size_t i = 0; i < strings->count; i++) {
		const char *string = strings_get(strings, (uint32_t)i);
		strings->table[slot_of(strings, string, strlen(string))] = (uint32_t)i + 1;
	}
}

static void append_bytes(struct strings *strings, const char *start, size_t length)
{
	if (strings->size_bytes + length + 1 > strings->capacity_bytes) {
		size_t wanted = (strings->size_bytes + length + 1) * 3 / 2 + 4096;
		char *bytes = wanted <= UINT32_MAX ? realloc(strings->bytes, wanted) : NULL;
		if (!bytes) {
			fprintf(stderr, "depgraph: no memory for %zu bytes of names\n", wanted);
			exit(70);
		}
		strings->bytes = bytes;
		strings->capacity_bytes = wanted;
	}
	memcpy(strings->bytes + strings->size_bytes, start, length);
	strings->bytes[strings->size_bytes + length] = '\0';
	strings->size_bytes += length + 1;
}

uint32_t strings_add(struct strings *strings, const char *start, size_t length)
{
	length = length ? strnlen(start, length) : 0;
	size_t slot = slot_of(strings, start, length);
	if (strings->table[slot])
		return strings->table[slot] - 1;
	uint32_t begins = (uint32_t)strings->size_bytes;
	append_bytes(strings, start, length);
	*ARRAY_ADD(strings->starts, strings->count, strings->capacity) = begins;
	strings->table[slot] = (uint32_t)strings->count;
	uint32_t number = (uint32_t)strings->count - 1;
	if (strings->count * 2 > strings->table_size)
		double_table(strings);
	return number;
}

uint32_t strings_find(const struct strings *strings, const char *string)
{
	size_t slot = slot_of(strings, string, strlen(string));
	return strings->table[slot] ? strings->table[slot] - 1 : UINT32_MAX;
}
